import { parseIp } from '../../addr/ip.ts';
import { parseMac } from '../../addr/mac.ts';
import type { Neighbour } from '../host-state.ts';
import { objectsOf, textOf, textsOf } from './json-objects.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** `ip -j neigh` (iproute2, ip/ipneigh.c print_neigh). */
export function readNeighboursJson(reading: Reading): Told {
  const neighbours: Neighbour[] = [];
  for (const { value, span } of objectsOf(reading)) {
    const address = parseIp(textOf(value.dst) ?? '');
    const device = textOf(value.dev);
    const mac = parseMac(textOf(value.lladdr) ?? '') ?? null;
    if (!address || device === null) lineNotUnderstood(reading, span, 'dst and dev');
    else neighbours.push({ device, address, mac, states: new Set(textsOf(value.state)), span });
  }
  return { neighbours, given: ['neighbours'] };
}
