import { parseIp } from '../../addr/ip.ts';
import { parseMac } from '../../addr/mac.ts';
import type { Neighbour } from '../host-state.ts';
import { Lines } from './lines.ts';
import { lineNotUnderstood, type Reading, wordNotUnderstood } from './section.ts';
import type { Told } from './told.ts';

/** NUD states as `ip neigh` prints them (iproute2, ip/ipneigh.c nud_state_n2a). */
export const NEIGHBOUR_STATES: ReadonlySet<string> = new Set([
  'INCOMPLETE',
  'REACHABLE',
  'STALE',
  'DELAY',
  'PROBE',
  'FAILED',
  'NOARP',
  'PERMANENT',
  'NONE',
]);

const WITH_VALUE = new Set(['ref', 'used', 'probes', 'proto', 'protocol', 'vlan', 'nhid', 'nomaster']);
const BARE = new Set(['router', 'proxy', 'extern_learn', 'managed', 'offload', 'sticky', 'permanent']);

/** `ip neigh`: address, `dev`, `lladdr`, flags, states. */
export function readNeighbours(reading: Reading): Told {
  const neighbours: Neighbour[] = [];
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const neighbour = neighbourOf(reading, lines);
    if (neighbour) neighbours.push(neighbour);
    else lineNotUnderstood(reading, lines.span, 'ADDRESS dev DEVICE [lladdr MAC] STATE');
  }
  return { neighbours, given: ['neighbours'] };
}

function neighbourOf(reading: Reading, lines: Lines): Neighbour | undefined {
  const address = parseIp(lines.word());
  const states = new Set<string>();
  let device = '';
  let mac: string | null = null;
  for (let word = lines.word(); word !== ''; word = lines.word()) {
    if (word === 'dev') device = lines.word();
    else if (word === 'lladdr') mac = parseMac(lines.word()) ?? null;
    else if (NEIGHBOUR_STATES.has(word)) states.add(word);
    else if (WITH_VALUE.has(word)) skipValue(lines);
    else if (!BARE.has(word)) wordNotUnderstood(reading, lines.span, word);
  }
  return address && device ? { device, address, mac, states, span: lines.span } : undefined;
}

/** `ip -s` prints `used 1/1/1probes 0`, without a blank between. */
function skipValue(lines: Lines): void {
  if (lines.word().endsWith('probes')) lines.word();
}
