/** Programs that run inside the namespaces, as text for `node -e`. */

/** Answers UDP from the address that was asked, and accepts TCP; says `ready`. */
export const SERVER_AGENT = `
const addresses = ['10.91.0.2', '10.92.0.2', 'fd91::2', 'fd92::2'];
for (const port of [5300, 5301]) for (const address of addresses) {
  const socket = require('node:dgram').createSocket(address.includes(':') ? 'udp6' : 'udp4');
  socket.on('error', () => {});
  socket.on('message', (text, from) => socket.send(text, from.port, from.address, () => {}));
  socket.bind(port, address);
}
let open = 0;
for (const port of [5400, 5401]) {
  const server = require('node:net').createServer((socket) => socket.on('error', () => {}).resume());
  server.listen(port, '::', 1000, () => ++open === 2 && setTimeout(() => console.log('ready'), 100));
}
setInterval(() => {}, 1000);
`;

/** Sends the shots of each line of its input, given as JSON. */
export const CLIENT_AGENT = `
const { spawn } = require('node:child_process');
const fire = {
  icmp({ source, destination, id }) {
    spawn('ping', ['-q', '-c1', '-W1', '-e', String(id), '-I', source, destination], { stdio: 'ignore' });
  },
  tcp({ source, destination, id, port }) {
    const socket = require('node:net').connect({ host: destination, port, localAddress: source, localPort: id });
    socket.on('error', () => {});
    setTimeout(() => socket.resetAndDestroy(), 300);
  },
  udp({ source, destination, id, port }) {
    const socket = require('node:dgram').createSocket(source.includes(':') ? 'udp6' : 'udp4');
    socket.on('error', () => {});
    socket.bind(id, source, () => socket.send('x', port, destination, () => {}));
    setTimeout(() => socket.close(), 600);
  },
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  for (const shot of JSON.parse(line)) fire[shot.protocol](shot);
});
`;
