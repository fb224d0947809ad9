import { KIND_ECHO_REPLY, KIND_SYN_ACK } from '../decode/packet.ts';
import {
  E_ASKED,
  E_FIRST,
  E_FLAGS,
  E_ORIGINATOR,
  E_ORIGINATOR_WIDE,
  E_OTHERS,
  E_PROBE,
  E_REPLIES,
  E_REQUESTS,
  ENTRY,
  type Entries,
} from './entry.ts';
import { isRequestAt } from './kind.ts';
import { R_DST, R_KIND_PLACE, R_NEXT, R_SRC, STRIDE } from './layout.ts';
import { NONE } from './pool.ts';

/** `R_KIND_PLACE` has fewer bits: 8 for the kind, 14 for the place. */
const KIND_PLACES = 2 ** 24;

/** Sightings of an exchange that several hosts saw, each of them once: of more, each group is judged by itself. */
const MOST_SIGHTINGS = 8;

/**
 * Tells the shapes of closed exchanges (`ExchangeGroup.shape`): of which nothing was seen but a request and its reply, each no
 * more than once at a place. Where both were seen on one host, pairing has made sure that the request came first. UDP has none:
 * what its datagrams are depends on more.
 */
export class Shapes {
  /** Of exchanges with more than two sightings, by their kinds and places in order. */
  private readonly numbers = new Map<string, number>();

  of(from: Entries, entry: number): number | null {
    if (!isPlain(from, entry)) return null;
    const { words } = from.pool;
    const first = from.words[entry * ENTRY + E_FIRST] * STRIDE;
    const originator = from.words[entry * ENTRY + E_ORIGINATOR];
    const asked = from.words[entry * ENTRY + E_ASKED];
    const seen: number[] = [];
    for (let at = first; at >= 0; at = words[at + R_NEXT] * STRIDE) {
      const kindPlace = words[at + R_KIND_PLACE];
      const forth = isRequestAt(words, at) && isBetween(words, at, originator, asked);
      const back = isPlainReply(words, at) && isBetween(words, at, asked, originator);
      if (!(forth || back) || seen.includes(kindPlace) || seen.length === MOST_SIGHTINGS) return null;
      seen.push(kindPlace);
    }
    if (!isRequestAt(words, first) || seen.length < 2) return null;
    return seen.length === 2 ? pairShape(seen[0], seen[1]) : this.numberOf(seen.join());
  }

  /** Below zero, where those of pairs are not. */
  private numberOf(key: string): number {
    const known = this.numbers.get(key) ?? -1 - this.numbers.size;
    this.numbers.set(key, known);
    return known;
  }
}

/** The shape of a request and its reply, of which nothing else was seen. */
export function pairShape(request: number, reply: number): number {
  return request * KIND_PLACES + reply;
}

/** At least one request and one reply. */
function isPlain(from: Entries, entry: number): boolean {
  const at = entry * ENTRY;
  return from.words[at + E_REQUESTS] >= 1 && from.words[at + E_REPLIES] >= 1 && isUnremarkable(from, entry);
}

/** Nothing but requests and replies. */
function isUnremarkable(from: Entries, entry: number): boolean {
  return from.words[entry * ENTRY + E_OTHERS] === 0 && isUsual(from, entry);
}

/** Between two IPv4 addresses, and nothing remarkable about it. */
export function isUsual({ words }: Entries, entry: number): boolean {
  const at = entry * ENTRY;
  return (
    words[at + E_FLAGS] === 0 &&
    words[at + E_PROBE] === NONE &&
    words[at + E_ORIGINATOR_WIDE] === NONE &&
    words[at + E_ORIGINATOR] !== words[at + E_ASKED]
  );
}

function isPlainReply(words: Int32Array, at: number): boolean {
  const kind = words[at + R_KIND_PLACE] & 0xff;
  return kind === KIND_ECHO_REPLY || kind === KIND_SYN_ACK;
}

function isBetween(words: Int32Array, at: number, src: number, dst: number): boolean {
  return words[at + R_SRC] === src && words[at + R_DST] === dst;
}
