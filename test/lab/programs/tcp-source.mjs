// tcp-source PORT [ADDRESS]: a client sends a number and a line end; it gets so many bytes back.
import { createServer } from 'node:net';

const [port, address] = process.argv.slice(2);
const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.once('data', (line) => socket.end(Buffer.alloc(Number(String(line)), 'x')));
});
server.listen(Number(port), address);
