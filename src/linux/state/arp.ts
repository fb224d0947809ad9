import { parseIp } from '../../addr/ip.ts';
import { parseMac } from '../../addr/mac.ts';
import type { Span } from '../../addr/source.ts';
import type { Neighbour } from '../host-state.ts';
import { Lines } from './lines.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** `arp -an`: `? (10.0.0.1) at 02:00:00:00:00:01 [ether] PERM on eth0`; a host's name stands for `?` without `-n`. */
const BSD_STYLE = /^\S+ \(([0-9.]+)\) at (\S+)(?: \[\w+\])?((?: [A-Z]+)*)(?: netmask \S+)? on (\S+)$/;

/**
 * `arp -n` (net-tools, arp.c): address, type, hardware address, flags, device. It tells an incomplete entry and a
 * permanent one (flag `M`), but not whether another is still fresh.
 */
export function readArpTable(reading: Reading): Told {
  const neighbours: Neighbour[] = [];
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const bsd = BSD_STYLE.exec(lines.text);
    const entry = bsd && entryOf(bsd, lines.span);
    if (entry) {
      if (!/ PUB\b/.test(bsd[3])) neighbours.push(entry);
      continue;
    }
    const words = lines.words();
    // Flag `P`: an address answered for others (proxy ARP), which is no neighbour.
    if (words[0] === 'Address' || words[0] === 'Entries:' || words.some((word) => /^M?P$/.test(word)))
      continue;
    const address = parseIp(words[0]);
    const device = words[words.length - 1];
    if (!address || words.length < 3)
      lineNotUnderstood(reading, lines.span, 'ADDRESS ether MAC FLAGS DEVICE');
    else neighbours.push({ device, address, ...reachabilityOf(words), span: lines.span });
  }
  return { neighbours, given: ['neighbours'] };
}

function entryOf([, text, hardware, flags, device]: RegExpExecArray, span: Span): Neighbour | undefined {
  const address = parseIp(text);
  if (!address) return undefined;
  const mac = parseMac(hardware) ?? null;
  const state = /\bPERM\b/.test(flags) ? 'PERMANENT' : mac ? '' : 'INCOMPLETE';
  return { device, address, mac, states: new Set(state ? [state] : []), span };
}

function reachabilityOf(words: readonly string[]): Pick<Neighbour, 'mac' | 'states'> {
  if (words[1] === '(incomplete)') return { mac: null, states: new Set(['INCOMPLETE']) };
  const permanent = /^[A-Z]*M[A-Z]*$/.test(words[3] ?? '');
  return { mac: parseMac(words[2]) ?? null, states: new Set(permanent ? ['PERMANENT'] : []) };
}
