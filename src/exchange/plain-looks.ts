import { KIND_ECHO_REPLY, KIND_SYN_ACK } from '../decode/packet.ts';
import { isRequestAt } from './kind.ts';
import { R_KIND_PLACE, R_NEXT, R_SRC, STRIDE } from './layout.ts';
import { NONE } from './pool.ts';
import type { Signature } from './signature.ts';
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
  type OpenTable,
} from './table.ts';

/** A power of two; `R_KIND_PLACE` of request and reply, and the two words of the signature. */
const LOOKS = 256;
const LOOK = 4;
const NO_REPLY = -1;

/** The signatures of plain exchanges: they depend on kind and place of the request and of the reply alone. */
export class PlainLooks {
  /** Of the last one found. */
  low = 0;
  high = 0;
  private readonly words = new Int32Array(LOOKS * LOOK).fill(NO_REPLY);

  /** @param reply -1 without one */
  find(request: number, reply: number): boolean {
    const at = lookOf(request, reply);
    const { words } = this;
    if (words[at] !== request || words[at + 1] !== reply) return false;
    this.low = words[at + 2];
    this.high = words[at + 3];
    return true;
  }

  /** Keeps the signature of an exchange in the table, if that is a plain one. */
  learn(table: OpenTable, entry: number, signature: Signature): void {
    const { words, pool } = table;
    const at = entry * ENTRY;
    if (words[at + E_REQUESTS] !== 1 || words[at + E_REPLIES] > 1 || words[at + E_OTHERS] !== 0) return;
    if (words[at + E_FLAGS] !== 0 || words[at + E_PROBE] !== NONE || words[at + E_ORIGINATOR_WIDE] !== NONE)
      return;
    if (words[at + E_ORIGINATOR] === words[at + E_ASKED]) return;
    const first = words[at + E_FIRST] * STRIDE;
    if (!isRequestAt(pool.words, first)) return;
    const second = pool.words[first + R_NEXT];
    if (second !== NONE && pool.words[second * STRIDE + R_SRC] !== words[at + E_ASKED]) return;
    this.keep(
      pool.words[first + R_KIND_PLACE],
      second === NONE ? NO_REPLY : pool.words[second * STRIDE + R_KIND_PLACE],
      signature,
    );
  }

  private keep(request: number, reply: number, signature: Signature): void {
    const kind = reply & 0xff;
    if (reply !== NO_REPLY && kind !== KIND_ECHO_REPLY && kind !== KIND_SYN_ACK) return;
    const at = lookOf(request, reply);
    this.words[at] = request;
    this.words[at + 1] = reply;
    this.words[at + 2] = signature.low;
    this.words[at + 3] = signature.high;
  }
}

function lookOf(request: number, reply: number): number {
  return (Math.imul(request ^ Math.imul(reply, 0x9e3779b1), 0x85ebca6b) >>> 24) * LOOK;
}
