// tcp-echo PORT [ADDRESS]: sends back what it gets and closes when the client has sent all.
import { createServer } from 'node:net';

const [port, address] = process.argv.slice(2);
const server = createServer({ allowHalfOpen: true }, (socket) => {
  socket.on('error', () => socket.destroy());
  socket.pipe(socket);
});
server.listen(Number(port), address);
