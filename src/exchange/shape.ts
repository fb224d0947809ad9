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

/**
 * `ExchangeGroup.shape` of a closed exchange; where both were seen on one host, pairing has made sure that the request came
 * first. UDP has none: what its datagrams are depends on more.
 */
export function shapeOf(from: Entries, entry: number): number | null {
  if (!isPair(from, entry)) return null;
  const { words } = from.pool;
  const request = from.words[entry * ENTRY + E_FIRST] * STRIDE;
  const reply = words[request + R_NEXT] * STRIDE;
  const originator = from.words[entry * ENTRY + E_ORIGINATOR];
  const asked = from.words[entry * ENTRY + E_ASKED];
  const plain =
    isRequestAt(words, request) &&
    isBetween(words, request, originator, asked) &&
    isPlainReply(words, reply) &&
    isBetween(words, reply, asked, originator);
  return plain ? pairShape(words[request + R_KIND_PLACE], words[reply + R_KIND_PLACE]) : null;
}

/** The shape of a request and its reply, of which nothing else was seen. */
export function pairShape(request: number, reply: number): number {
  return request * KIND_PLACES + reply;
}

/** One request and one reply between two IPv4 addresses, and nothing remarkable about them. */
function isPair({ words, pool }: Entries, entry: number): boolean {
  const at = entry * ENTRY;
  return (
    words[at + E_REQUESTS] === 1 &&
    words[at + E_REPLIES] === 1 &&
    words[at + E_OTHERS] === 0 &&
    words[at + E_FLAGS] === 0 &&
    words[at + E_PROBE] === NONE &&
    words[at + E_ORIGINATOR_WIDE] === NONE &&
    words[at + E_ORIGINATOR] !== words[at + E_ASKED] &&
    pool.words[words[at + E_FIRST] * STRIDE + R_NEXT] !== NONE
  );
}

function isPlainReply(words: Int32Array, at: number): boolean {
  const kind = words[at + R_KIND_PLACE] & 0xff;
  return kind === KIND_ECHO_REPLY || kind === KIND_SYN_ACK;
}

function isBetween(words: Int32Array, at: number, src: number, dst: number): boolean {
  return words[at + R_SRC] === src && words[at + R_DST] === dst;
}
