import { KIND_ECHO_REQUEST, KIND_ICMP_ERROR, KIND_SYN, KIND_SYN_ACK } from '../decode/packet.ts';
import {
  E_FIRST,
  E_FLAGS,
  E_OTHERS,
  E_REPLIES,
  ENTRY,
  FLAG_AMBIGUOUS,
  FLAG_CONTINUES,
  FLAG_STALLED,
} from './entry.ts';
import { askedWord } from './exchange-of.ts';
import { isRequestAt } from './kind.ts';
import { KIND_SEGMENT, R_HEADER, R_KIND_PLACE, R_NEXT, R_SRC, STRIDE } from './layout.ts';
import { MOST_HOPS } from './most-hops.ts';
import type { Places } from './places.ts';
import { NONE } from './pool.ts';
import type { OpenTable } from './table.ts';

/** More sightings than these make no exchange another kind of exchange. */
const LOOKED_AT = 96;
const REPEATED = 0x5bd1e995;
/** Flags that make another kind of exchange. */
const TOLD_FLAGS = FLAG_AMBIGUOUS | FLAG_CONTINUES | FLAG_STALLED;
const FLAG_MIX = 0x3c6ef373;
const SHORT_LIVED = 0x1b873593;

/**
 * What was seen of an exchange, without its time and addresses, as two words: for each sighting its kind, host, interface
 * and direction, whether its source is the address asked, an ICMP error's type and sender, whether there is more than
 * one like it (of SYN-ACKs, whether there are more than two), and for a probe whether the host had seen a reply before. Of one
 * that was refused also whether it was sent with so small a TTL as traceroute does.
 * The order of sightings plays no other part.
 */
export class Signature {
  low = 0;
  high = 0;
  private readonly items = new Int32Array(LOOKED_AT);
  private readonly repeated = new Uint8Array(LOOKED_AT);

  of(table: OpenTable, entry: number, places: Places): void {
    const at = entry * ENTRY;
    const { words } = table;
    const pool = table.pool.words;
    const asked = askedWord(table, entry);
    const stalled = (words[at + E_FLAGS] & FLAG_STALLED) !== 0;
    let count = 0;
    this.low = Math.imul(words[at + E_FLAGS] & TOLD_FLAGS, FLAG_MIX);
    this.high = isShortLived(table, entry) ? SHORT_LIVED : 0;
    for (let slot = words[at + E_FIRST]; slot !== NONE && count < LOOKED_AT; ) {
      const sighting = slot * STRIDE;
      const kindPlace = pool[sighting + R_KIND_PLACE];
      const kind = kindPlace & 0xff;
      let item = kind | (places.spots[kindPlace >>> 8] << 9);
      if (pool[sighting + R_SRC] === asked) item |= 0x100;
      if (kind === KIND_ICMP_ERROR) item = errorItem(item, pool[sighting + R_HEADER], pool[sighting + R_SRC]);
      else if ((kind === KIND_SYN || kind === KIND_ECHO_REQUEST) && count > 0) {
        if (answeredBefore(table, entry, slot, places)) item ^= 0x40000000;
      }
      // What was lost and made good makes no other kind of exchange.
      if ((stalled || kind !== KIND_SEGMENT) && this.isNew(mixed(item), kind, count)) count++;
      slot = pool[sighting + R_NEXT];
    }
  }

  private isNew(item: number, kind: number, count: number): boolean {
    const { items, repeated } = this;
    for (let i = 0; i < count; i++) {
      if (items[i] !== item) continue;
      const told = kind === KIND_SYN_ACK ? 2 : 1;
      if (repeated[i] < told) this.take(Math.imul(item, REPEATED + repeated[i]++));
      return false;
    }
    items[count] = item;
    repeated[count] = 0;
    this.take(item);
    return true;
  }

  /** Sums, so that the order makes no difference. */
  private take(item: number): void {
    this.low = (this.low + item) | 0;
    this.high = (this.high + Math.imul(item ^ (item >>> 11), 0x9e3779b1)) | 0;
  }
}

/** Refused by an error or a RST, and no host saw its probe with a TTL that would take it everywhere. */
function isShortLived({ words, pool }: OpenTable, entry: number): boolean {
  const at = entry * ENTRY;
  if (words[at + E_OTHERS] === 0 || words[at + E_REPLIES] > 0) return false;
  let most = 0;
  for (let slot = words[at + E_FIRST]; slot !== NONE; slot = pool.words[slot * STRIDE + R_NEXT]) {
    if (!isRequestAt(pool.words, slot * STRIDE)) continue;
    most = Math.max(most, (pool.words[slot * STRIDE + R_HEADER] >>> 8) & 0xff);
  }
  return most > 0 && most <= MOST_HOPS;
}

function mixed(item: number): number {
  const once = Math.imul(item ^ (item >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}

function errorItem(item: number, header: number, sender: number): number {
  return item ^ Math.imul((header >>> 16) + 1, 0x27d4eb2f) ^ Math.imul(sender, 0x165667b1);
}

/** Whether the host of this probe had seen an answer: it asked again all the same. */
function answeredBefore(table: OpenTable, entry: number, probe: number, places: Places): boolean {
  const pool = table.pool.words;
  const host = places.hosts[pool[probe * STRIDE + R_KIND_PLACE] >>> 8];
  for (let slot = table.words[entry * ENTRY + E_FIRST]; slot !== probe; slot = pool[slot * STRIDE + R_NEXT]) {
    const kindPlace = pool[slot * STRIDE + R_KIND_PLACE];
    const kind = kindPlace & 0xff;
    if (kind !== KIND_SYN && kind !== KIND_ECHO_REQUEST && places.hosts[kindPlace >>> 8] === host)
      return true;
  }
  return false;
}
