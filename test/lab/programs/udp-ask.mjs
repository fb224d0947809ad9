// udp-ask ADDRESS PORT [SOURCE]: three datagrams from a connected socket; exit 0 if one is answered, 1 if none.
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { setTimeout } from 'node:timers/promises';

const [to, port, source] = process.argv.slice(2);
const socket = createSocket(to.includes(':') ? 'udp6' : 'udp4');
let answers = 0;
socket.on('message', () => {
  answers += 1;
});
socket.on('error', (error) => console.log(`udp: ${error.code}`));
try {
  await new Promise((resolve) => socket.bind(0, source, resolve));
  await new Promise((resolve, reject) => {
    socket.connect(Number(port), to, (error) => (error ? reject(error) : resolve()));
  });
  for (let sent = 0; sent < 3 && answers === 0; sent += 1) {
    socket.send(question());
    await setTimeout(600);
  }
} catch (error) {
  console.log(`udp: ${error.code ?? error.message}`);
}
console.log(`${answers} answers from ${to}:${port}`);
process.exit(answers > 0 ? 0 : 1);

/** The first two bytes tell the question; on port 53 the rest asks for the address of www.example.org. */
function question() {
  const id = randomBytes(2);
  if (port !== '53') return Buffer.concat([id, Buffer.from(' are you there?')]);
  const name = ['www', 'example', 'org'].flatMap((label) => [label.length, ...Buffer.from(label)]);
  return Buffer.from([...id, 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0, ...name, 0, 0, 1, 0, 1]);
}
