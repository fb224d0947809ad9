// udp-answer PORT [ADDRESS]: answers every datagram. Bound to no address, the kernel chooses the source of its answers.
import { createSocket } from 'node:dgram';

const [port, address] = process.argv.slice(2);
const socket = createSocket({ type: address?.includes(':') ? 'udp6' : 'udp4', reuseAddr: true });
socket.on('message', (asked, client) => {
  const answer = Buffer.from(asked);
  // A DNS answer keeps the question's id and says so: QR and RA set, NXDOMAIN.
  if (port === '53') answer.writeUInt16BE(0x8183, 2);
  socket.send(answer, client.port, client.address);
});
socket.bind(Number(port), address);
