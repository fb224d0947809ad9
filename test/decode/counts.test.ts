import { expect, test } from 'vitest';
import { PacketCounts } from '../../src/decode/counts.ts';
import { Packet } from '../../src/decode/packet.ts';
import { decodeBytes, decodeInto, hex } from './decode-bytes.ts';
import { ARP_REQUEST, ECHO_REQUEST, ECHO6_REPLY, ethernet, ipv4, ipv6, SYN, tcp } from './packets.ts';

const RAW = 101;
const ECHO = ipv4('00 26', '01') + ECHO_REQUEST;
const ECHO6 = ipv6('00 0c', '3a') + ECHO6_REPLY;
const AH = `06 04 00 00 00 00 01 00 00 00 00 01${'00'.repeat(12)}`;

/** What is not 0 after one frame. */
function counted(linkType: number, bytes: Uint8Array, originalLength = bytes.length) {
  const counts = new PacketCounts();
  counts.add(decodeBytes(linkType, bytes, originalLength));
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

test.each([
  ['an echo request', ECHO, { echo4Requests: 1 }],
  ['an echo reply', ECHO.replace('08 00', '00 00'), { echo4Replies: 1 }],
  ['an ICMPv6 echo request', ECHO6.replace('81 00', '80 00'), { echo6Requests: 1 }],
  ['an ICMPv6 echo reply', ECHO6, { echo6Replies: 1 }],
  ['an ICMP error', `${ipv4('00 42', '01')} 03 01 00 00 00 00 00 00 ${ECHO}`, { icmpErrors4: 1 }],
  ['an ICMPv6 error', `${ipv6('00 3c', '3a')} 01 04 00 00 00 00 00 00 ${ECHO6}`, { icmpErrors6: 1 }],
  ['a SYN', ipv4('00 30', '06') + SYN, { syn: 1 }],
  ['a SYN-ACK', ipv4('00 28', '06') + tcp('12'), { synAck: 1 }],
  ['a RST', ipv4('00 28', '06') + tcp('04'), { rst: 1 }],
  ['a segment with SYN and RST, as both', ipv4('00 28', '06') + tcp('06'), { rst: 1, syn: 1 }],
  ['a segment with data, not at all', ipv4('00 28', '06') + tcp('18'), {}],
  ['a datagram, not at all', `${ipv4('00 1c', '11')} c3 50 00 35 00 08 00 00`, {}],
  ['a first fragment', ipv4('00 26', '01', '20 00') + ECHO_REQUEST, { echo4Requests: 1, fragments: 1 }],
  ['a later fragment', ipv4('00 26', '01', '00 b9') + ECHO_REQUEST, { fragments: 1 }],
  ['what lies behind an authentication header, not at all', ipv4('00 48', '33') + AH + SYN, {}],
])('counts %s', (_, packet, expected) => {
  expect(counted(RAW, hex(packet))).toEqual(expected);
});

test('counts ARP, and each frame with tags once', () => {
  expect(counted(1, ethernet('08 06', ARP_REQUEST))).toEqual({ arpRequests: 1 });
  const reply = ARP_REQUEST.replace('00 01       # request', '00 02');
  expect(counted(1, ethernet('08 06', reply))).toEqual({ arpReplies: 1 });
  const tagged = ethernet('88 a8 00 05 81 00 00 06 08 00', ECHO);
  expect(counted(1, tagged)).toEqual({ echo4Requests: 1, vlanTagged: 1 });
});

test('counts an echo message that the snap length cut: its type is known', () => {
  const cut = (packet: string, length: number) =>
    counted(RAW, hex(packet).slice(0, length), hex(packet).length);
  expect(cut(ECHO, 21)).toEqual({ echo4Requests: 1, notDecoded: 1 });
  expect(cut(ECHO.replace('08 00', '00 00'), 27)).toEqual({ echo4Replies: 1, notDecoded: 1 });
  expect(cut(ECHO6.replace('81 00', '80 00'), 41)).toEqual({ echo6Requests: 1, notDecoded: 1 });
  expect(cut(ECHO6, 47)).toEqual({ echo6Replies: 1, notDecoded: 1 });
});

test('does not count what was cut before its type, whatever the frame before was', () => {
  for (const [packet, header] of [
    [ECHO, 20],
    [ECHO.replace('08 00', '00 00'), 20],
    [ECHO6, 40],
  ] as const) {
    const bytes = hex(packet);
    const counts = new PacketCounts();
    counts.add(decodeBytes(RAW, bytes.slice(0, header), bytes.length));
    expect(counts).toMatchObject({
      echo4Requests: 0,
      echo4Replies: 0,
      echo6Requests: 0,
      echo6Replies: 0,
      notDecoded: 1,
    });
  }
});

test('counts what could not be decoded as that alone', () => {
  expect(counted(127, hex(ECHO))).toEqual({ notDecoded: 1 });
  const syn = hex(ipv4('00 30', '06') + SYN);
  expect(counted(RAW, syn.slice(0, 30), syn.length)).toEqual({ notDecoded: 1 });
});

test('counts nothing by what the frame before was', () => {
  const cut = (packet: string, length: number) => [hex(packet).slice(0, length), hex(packet).length] as const;
  const syn = ipv4('00 30', '06') + SYN;
  const request6 = ECHO6.replace('81 00', '80 00');
  // Behind an echo message a segment that is cut, behind a SYN one without its flags, and a message of another type.
  const pairs = [
    [ECHO, ...cut(syn, 30)],
    [ECHO.replace('08 00', '00 00'), ...cut(syn, 30)],
    [request6, ...cut(syn, 30)],
    [ECHO6, ...cut(syn, 30)],
    [syn, ...cut(syn, 30)],
    [ECHO, ...cut(ECHO.replace('08 00', '0d 00'), 24)],
    [ECHO6, ...cut(ECHO6.replace('81 00', '85 00'), 44)],
    [ECHO6, ...cut(ECHO.replace('08 00', '81 00'), 24)],
    [ECHO, ...cut(ipv4('00 3e', '33') + AH.replace('06', '01') + ECHO_REQUEST, 48)],
  ] as const;
  for (const [before, bytes, length] of pairs) {
    const counts = new PacketCounts();
    const packet = new Packet();
    decodeInto(packet, RAW, hex(before));
    decodeInto(packet, RAW, bytes, length);
    counts.add(packet);
    expect(Object.entries(counts).filter(([, count]) => count !== 0)).toEqual([['notDecoded', 1]]);
  }
});
