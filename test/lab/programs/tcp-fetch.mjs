// tcp-fetch ADDRESS PORT SOURCE BYTES: asks for so many bytes; exit 0 when all of them came, 1 after 2.5 idle seconds.
import { connect } from 'node:net';

const [host, port, localAddress, bytes] = process.argv.slice(2);
const wanted = Number(bytes);
let came = 0;
const socket = connect({ host, port: Number(port), localAddress, timeout: 2500 });
socket.on('connect', () => {
  console.log(`connected to ${host}:${port}`);
  socket.write(`${wanted}\n`);
});
socket.on('data', (data) => {
  came += data.length;
});
socket.on('end', () => socket.end());
socket.on('timeout', () => socket.destroy(new Error('idle for 2.5 seconds')));
socket.on('error', (error) => console.log(`tcp: ${error.code ?? error.message}`));
socket.on('close', () => {
  console.log(`${came} of ${wanted} bytes came`);
  process.exit(came === wanted ? 0 : 1);
});
