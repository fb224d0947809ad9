import { parseIp } from '../../addr/ip.ts';
import { parseMac } from '../../addr/mac.ts';
import type { Neighbour } from '../host-state.ts';
import { Lines } from './lines.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/**
 * `arp -n` (net-tools, arp.c): address, type, hardware address, flags, device. It tells an incomplete entry and a
 * permanent one (flag `M`), but not whether another is still fresh.
 */
export function readArpTable(reading: Reading): Told {
  const neighbours: Neighbour[] = [];
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const words = lines.words();
    // Flag `P`: an address answered for others (proxy ARP), which is no neighbour.
    if (words[0] === 'Address' || words.some((word) => /^M?P$/.test(word))) continue;
    const address = parseIp(words[0]);
    const device = words[words.length - 1];
    if (!address || words.length < 3)
      lineNotUnderstood(reading, lines.span, 'ADDRESS ether MAC FLAGS DEVICE');
    else neighbours.push({ device, address, ...reachabilityOf(words), span: lines.span });
  }
  return { neighbours, given: ['neighbours'] };
}

function reachabilityOf(words: readonly string[]): Pick<Neighbour, 'mac' | 'states'> {
  if (words[1] === '(incomplete)') return { mac: null, states: new Set(['INCOMPLETE']) };
  const permanent = /^[A-Z]*M[A-Z]*$/.test(words[3] ?? '');
  return { mac: parseMac(words[2]) ?? null, states: new Set(permanent ? ['PERMANENT'] : []) };
}
