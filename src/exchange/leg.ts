import { E_FIRST, ENTRY } from './entry.ts';
import { isRequestAt } from './kind.ts';
import { R_HEADER, R_KIND_PLACE, R_MAC_LENGTH, R_NEXT, R_PORTS, STRIDE } from './layout.ts';
import type { Places } from './places.ts';
import { NONE } from './pool.ts';
import type { OpenTable } from './table.ts';

/** Hosts beyond this many do not fit into a word of bits. */
export const LEG_HOSTS = 31;

/** Where and when the request of one exchange was seen, all its sightings together; one object is filled again and again. */
export class Leg {
  /** Hosts by the direction in which they saw it, one bit each. */
  in = 0;
  out = 0;
  unknown = 0;
  /** Slot of its first sighting. */
  slot = NONE;
  firstNs = 0;
  leastTtl = 0;
  mostTtl = 0;

  get hosts(): number {
    return this.in | this.out | this.unknown;
  }

  of(table: OpenTable, entry: number, places: Places): void {
    const { words, times } = table.pool;
    this.in = this.out = this.unknown = 0;
    this.slot = NONE;
    this.firstNs = Number.POSITIVE_INFINITY;
    this.leastTtl = 255;
    this.mostTtl = 0;
    for (let slot = table.words[entry * ENTRY + E_FIRST]; slot !== NONE; ) {
      const at = slot * STRIDE;
      if (isRequestAt(words, at)) {
        this.seeAt(words[at + R_KIND_PLACE] >>> 8, places);
        const ttl = (words[at + R_HEADER] >>> 8) & 0xff;
        if (ttl < this.leastTtl) this.leastTtl = ttl;
        if (ttl > this.mostTtl) this.mostTtl = ttl;
        if (times[slot] < this.firstNs) {
          this.firstNs = times[slot];
          this.slot = slot;
        }
      }
      slot = words[at + R_NEXT];
    }
  }

  private seeAt(place: number, places: Places): void {
    const host = 1 << places.hosts[place];
    const { direction } = places.list[place];
    if (direction === 'in') this.in |= host;
    else if (direction === 'out') this.out |= host;
    else this.unknown |= host;
  }
}

/** Ports, or echo identifier and sequence, of a leg's request. */
export function portsOf(table: OpenTable, leg: Leg): number {
  return table.pool.words[leg.slot * STRIDE + R_PORTS];
}

/** Bytes after the IP header: translation changes none of them in number. */
export function lengthOf(table: OpenTable, leg: Leg): number {
  return table.pool.words[leg.slot * STRIDE + R_MAC_LENGTH] & 0xffff;
}
