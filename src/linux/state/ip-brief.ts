import { isLinkLocal, isLoopback, parseIp } from '../../addr/ip.ts';
import { parseMac } from '../../addr/mac.ts';
import { parsePrefix } from '../../addr/prefix.ts';
import type { InterfaceAddress, Link, Neighbour } from '../host-state.ts';
import { Lines } from './lines.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

const STATES = new Set(['UP', 'DOWN', 'UNKNOWN', 'LOWERLAYERDOWN', 'DORMANT', 'TESTING', 'NOTPRESENT']);

/**
 * `ip -br addr` (`eth0@if4  UP  10.0.0.1/24 fe80::1/64`) and `ip -br link` (`eth0  UP  02:.. <BROADCAST,UP>`). Scopes are
 * not printed; those of loopback and link-local addresses follow from the address (RFC 4007).
 */
export function readBrief(reading: Reading): Told {
  const links: Link[] = [];
  const addresses: InterfaceAddress[] = [];
  const lines = new Lines(reading.section);
  let mentionsMacs = false;
  while (lines.next()) {
    const [name, state, ...rest] = lines.words();
    const device = name.replace(/@[^@]*$/, '');
    const flags = rest.find((word) => word.startsWith('<'));
    mentionsMacs ||= flags !== undefined;
    if (!STATES.has(state)) lineNotUnderstood(reading, lines.span, 'DEVICE STATE ADDRESS/LENGTH ...');
    else {
      links.push(linkOf(device, flagsOf(flags, state), parseMac(rest[0] ?? '') ?? null, lines));
      if (!flags) readAddresses(reading, device, rest, lines, addresses);
    }
  }
  return mentionsMacs ? { links, given: ['links'] } : { links, addresses, given: ['links', 'addresses'] };
}

/** Without flags, the operational state tells whether the link is up and has a carrier (RFC 2863). */
function flagsOf(flags: string | undefined, state: string): ReadonlySet<string> {
  if (flags) return new Set(flags.replace(/[<>]/g, '').split(',').filter(Boolean));
  return new Set(state === 'UP' || state === 'UNKNOWN' ? ['UP', 'LOWER_UP'] : []);
}

function linkOf(name: string, flags: ReadonlySet<string>, mac: string | null, lines: Lines): Link {
  const unknown = { index: null, mtu: null, master: null, linkKind: null, group: null };
  return { name, mac, flags, ...unknown, span: lines.span };
}

function readAddresses(
  reading: Reading,
  device: string,
  words: readonly string[],
  lines: Lines,
  into: InterfaceAddress[],
): void {
  for (const [i, word] of words.entries()) {
    const peer = words[i + 1] === 'peer' ? parsePrefix(words[i + 2] ?? '') : undefined;
    if (words[i - 1] === 'peer' || (!word.includes('/') && !peer)) continue;
    const own = parsePrefix(word);
    const prefix = own && peer ? { address: own.address, length: peer.length } : own;
    if (!prefix) lineNotUnderstood(reading, lines.span, 'ADDRESS/LENGTH');
    else
      into.push({
        ...NO_FLAGS,
        device,
        prefix,
        peer: peer ?? null,
        scope: scopeOf(prefix),
        span: lines.span,
      });
  }
}

const NO_FLAGS = { flags: new Set<string>() };

function scopeOf({ address }: InterfaceAddress['prefix']): number {
  if (isLoopback(address)) return 254;
  return address.family === 6 && isLinkLocal(address) ? 253 : 0;
}

/** `ip -br neigh`: address, device and hardware address; no states. */
export function readBriefNeighbours(reading: Reading): Told {
  const neighbours: Neighbour[] = [];
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const [text, device = '', hardware = ''] = lines.words();
    const address = parseIp(text);
    if (!address || device === '') lineNotUnderstood(reading, lines.span, 'ADDRESS DEVICE MAC');
    else
      neighbours.push({
        device,
        address,
        mac: parseMac(hardware) ?? null,
        states: new Set(),
        span: lines.span,
      });
  }
  return { neighbours, given: ['neighbours'] };
}
