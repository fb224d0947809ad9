import { KIND_ECHO_REPLY, KIND_SYN_ACK, KIND_TCP_ACK } from '../decode/packet.ts';
import { E_ASKED, E_FIRST, E_OTHERS, E_REPLIES, E_REQUESTS, ENTRY } from './entry.ts';
import { isRequestAt } from './kind.ts';
import { R_KIND_PLACE, R_NEXT, R_SRC, STRIDE } from './layout.ts';
import type { Places } from './places.ts';
import { NONE } from './pool.ts';
import { isUsual } from './shape.ts';
import { LOOKS, S_GROUPS_AGE } from './shortcut/layout.ts';
import type { Signature } from './signature.ts';
import type { OpenTable } from './table.ts';

/**
 * How many are known: a power of two. Of each, `R_KIND_PLACE` of request, reply and last step of the handshake, the two words
 * of the signature, and whether it is well.
 */
const SLOTS = 256;
const LOOK = 6;
const NO_REPLY = -1;
const NO_ACK = 0;

/**
 * The signatures of plain exchanges: they depend on kind and place of the request, the reply and the handshake's last step
 * alone.
 */
export class PlainLooks {
  /** Of the one recalled last. */
  low = 0;
  high = 0;
  /** The reply went the way the request had come, as far as its only host shows. */
  well = false;
  /** Kinds and places of the exchange looked at last. */
  private request = 0;
  private reply = NO_REPLY;
  private ack = NO_ACK;
  private readonly places: Places;
  private readonly words: Int32Array;
  private readonly age: Int32Array;

  /** @param memory laid out as `shortcut/layout.ts` says, all zero */
  constructor(places: Places, memory: ArrayBuffer) {
    this.places = places;
    this.words = new Int32Array(memory, LOOKS, SLOTS * LOOK);
    this.age = new Int32Array(memory, S_GROUPS_AGE, 1);
  }

  /** Whether it is a plain exchange in the table, and its like was learned before: then the three tell of it. */
  recall(table: OpenTable, entry: number): boolean {
    return this.look(table, entry) && this.find();
  }

  private find(): boolean {
    const { request, reply, ack, words } = this;
    const at = lookOf(request, reply, ack);
    if (words[at] !== request || words[at + 1] !== reply || words[at + 2] !== ack) return false;
    this.low = words[at + 3];
    this.high = words[at + 4];
    this.well = words[at + 5] === 1;
    return true;
  }

  /** Keeps the signature of an exchange in the table, if that is a plain one; then `well` tells of it, else is false. */
  learn(table: OpenTable, entry: number, signature: Signature): void {
    this.well = false;
    if (this.look(table, entry)) this.keep(signature);
  }

  private look(table: OpenTable, entry: number): boolean {
    const { words, pool } = table;
    if (!isPlain(table, entry)) return false;
    const first = words[entry * ENTRY + E_FIRST] * STRIDE;
    if (!isRequestAt(pool.words, first)) return false;
    const second = pool.words[first + R_NEXT];
    if (second !== NONE && pool.words[second * STRIDE + R_SRC] !== words[entry * ENTRY + E_ASKED])
      return false;
    this.request = pool.words[first + R_KIND_PLACE];
    this.reply = second === NONE ? NO_REPLY : pool.words[second * STRIDE + R_KIND_PLACE];
    const third = second === NONE ? NONE : pool.words[second * STRIDE + R_NEXT];
    this.ack = third === NONE ? NO_ACK : pool.words[third * STRIDE + R_KIND_PLACE];
    return words[entry * ENTRY + E_OTHERS] === 0 || isHandshake(this.reply, this.ack);
  }

  private keep(signature: Signature): void {
    const { request, reply, ack } = this;
    const kind = reply & 0xff;
    if (reply !== NO_REPLY && kind !== KIND_ECHO_REPLY && kind !== KIND_SYN_ACK) return;
    const at = lookOf(request, reply, ack);
    this.words[at] = request;
    this.words[at + 1] = reply;
    this.words[at + 2] = ack;
    this.words[at + 3] = signature.low;
    this.words[at + 4] = signature.high;
    this.well = reply !== NO_REPLY && ack === NO_ACK && this.isWell(request >>> 8, reply >>> 8);
    this.words[at + 5] = Number(this.well);
    // What was found for the look that was there before is no longer so.
    this.age[0]++;
  }

  /** What other hosts did not see may be missing; with one host nobody else was asked. */
  private isWell(request: number, reply: number): boolean {
    const { hostNames, links } = this.places;
    return hostNames.length === 1 && links[request] === links[reply];
  }
}

function isPlain(table: OpenTable, entry: number): boolean {
  const at = entry * ENTRY;
  const { words } = table;
  return (
    words[at + E_REQUESTS] === 1 &&
    words[at + E_REPLIES] <= 1 &&
    words[at + E_OTHERS] <= words[at + E_REPLIES] &&
    isUsual(table, entry)
  );
}

/** The reply came before the ACK. */
function isHandshake(reply: number, ack: number): boolean {
  return (reply & 0xff) === KIND_SYN_ACK && (ack & 0xff) === KIND_TCP_ACK;
}

function lookOf(request: number, reply: number, ack: number): number {
  // Chosen so that what hosts of up to six interfaces usually see has slots of its own.
  const mixed = request ^ Math.imul(reply, 0xc2b2ae35) ^ Math.imul(ack, 0x85ebca6b);
  return (Math.imul(mixed ^ (mixed >>> 13), 0x9e3779b1) >>> 24) * LOOK;
}
