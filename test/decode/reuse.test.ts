import { expect, test } from 'vitest';
import { Packet } from '../../src/decode/packet.ts';
import { stopOf } from '../../src/decode/stop.ts';
import { decodeBytes, decodeInto, hex } from './decode-bytes.ts';
import { ARP_REQUEST, ECHO_REQUEST, ECHO6_REPLY, ethernet, ipv4, ipv6, SYN, tcp } from './packets.ts';

/** One object is filled for every frame: nothing of the frame before may show in the next. */
const ECHO = ipv4('00 26', '01') + ECHO_REQUEST;
const AH = `06 04 00 00 00 00 01 00 00 00 00 01${'00'.repeat(12)}`;
const SACK = '01 01 05 0a 00 00 00 01 00 00 00 02';

const FRAMES: readonly [string, number, Uint8Array][] = [
  ['a tagged echo request', 1, ethernet('88 a8 00 05 81 00 00 06 08 00', ECHO)],
  ['an echo request', 101, hex(ECHO)],
  ['an echo reply of the other family', 101, hex(ipv6('00 0c', '3a') + ECHO6_REPLY)],
  ['a first fragment', 101, hex(ipv4('00 26', '01', '20 00') + ECHO_REQUEST)],
  ['an authenticated SYN', 101, hex(ipv4('00 48', '33') + AH + SYN)],
  ['ARP', 1, ethernet('08 06', ARP_REQUEST)],
  ['a frame of another protocol', 1, ethernet('88 cc', ECHO)],
  ['a frame that stops', 101, hex(ipv4('00 13', '01') + ECHO_REQUEST)],
  ['a link type that is not decoded', 127, hex(ECHO)],
  ['a selective acknowledgement', 101, hex(ipv4('00 34', '06') + tcp('10', '80') + SACK)],
  ['an acknowledgement', 101, hex(ipv4('00 28', '06') + tcp('10'))],
  ['SLL2', 276, hex(`08 00 00 00 00 00 00 03 00 01 04 06 02 42 0a 04 00 01 00 00 ${ECHO}`)],
  ['an ICMP error', 101, hex(`${ipv4('00 4c', '01')} 03 01 00 00 00 00 00 00 ${ipv4('00 30', '06')} ${SYN}`)],
  ['an ICMP error without its quote', 101, hex(`${ipv4('00 1c', '01')} 03 01 00 00 00 00 00 00`)],
];

function told(packet: Packet) {
  const { kind, family, protocol, vlan, vlanTags, fragment, authenticated, interfaceIndex } = packet;
  const { sllType, direction, sack, macSrcLow, macDstLow, quotedProtocol, quotedSourcePort, quotedSeq } =
    packet;
  const link = [vlan, vlanTags, interfaceIndex, sllType, direction];
  const followed = kind === 0 ? [] : [macSrcLow, macDstLow];
  const quoted = kind === 7 ? [quotedProtocol, quotedSourcePort, quotedSeq] : [];
  const acknowledges = kind === 6 && sack;
  return {
    kind,
    family,
    protocol,
    fragment,
    authenticated,
    link,
    followed,
    quoted,
    acknowledges,
    stop: stopOf(packet),
  };
}

test.each(FRAMES)('%s is decoded alike whatever was decoded before', (_, linkType, bytes) => {
  const alone = told(decodeBytes(linkType, bytes));
  for (const [before, otherType, other] of FRAMES) {
    const packet = new Packet();
    decodeInto(packet, otherType, other);
    decodeInto(packet, linkType, bytes);
    expect(told(packet), `behind ${before}`).toEqual(alone);
  }
});
