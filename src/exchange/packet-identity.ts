import { KIND_ECHO_REPLY, KIND_ECHO_REQUEST, KIND_SYN, KIND_SYN_ACK, KIND_UDP } from '../decode/packet.ts';
import { exactKey } from './key.ts';
import { R_ACK, R_KEY, R_KIND_PLACE, R_MAC_LENGTH, R_PORTS, R_SEQ } from './layout.ts';

/** A packet by what is the same in all its copies, unless its source is translated; 0 for kinds that are not compared. */
export function identityOf(words: Int32Array, at: number): number {
  const kind = words[at + R_KIND_PLACE] & 0xff;
  if (kind > KIND_SYN_ACK && kind !== KIND_UDP) return 0;
  const tcp = kind === KIND_SYN || kind === KIND_SYN_ACK;
  // The data itself may be cut by one capture's snap length, its length is not.
  const own = tcp ? words[at + R_SEQ] : words[at + R_ACK] >>> 16;
  const low = exactKey(words[at + R_KEY], own) >>> 0;
  const high = (words[at + R_KEY] ^ Math.imul(kind + KIND_ECHO_REPLY, 0x9e3779b1)) & 0xfffff;
  return low + high * 2 ** 32;
}

/** The same for requests and SYN-ACKs by nothing that a translating box changes. */
export function identityWithoutEnds(words: Int32Array, at: number): number {
  const kind = words[at + R_KIND_PLACE] & 0xff;
  if (kind === KIND_SYN_ACK) return identityFrom(kind, words[at + R_SEQ], words[at + R_ACK]);
  if (kind === KIND_SYN) return identityFrom(kind, words[at + R_SEQ], words[at + R_MAC_LENGTH] & 0xffff);
  if (kind === KIND_ECHO_REQUEST) return identityFrom(kind, words[at + R_SEQ], words[at + R_PORTS] & 0xffff);
  return kind === KIND_UDP ? identityFrom(kind, words[at + R_SEQ], words[at + R_ACK]) : 0;
}

function identityFrom(kind: number, own: number, other: number): number {
  const high = (other ^ Math.imul(kind, 0x9e3779b1)) & 0xfffff;
  return (exactKey(own, other) >>> 0) + high * 2 ** 32;
}

/**
 * The same only of packets that are sent once: echo messages, and SYNs told apart by their timestamps, whoever translates
 * their addresses. Of others a copy seen elsewhere may be a repetition.
 */
export function identityOfOnce(words: Int32Array, at: number): number {
  const kind = words[at + R_KIND_PLACE] & 0xff;
  if (kind === KIND_SYN)
    return words[at + R_ACK] === 0 ? 0 : identityFrom(kind, words[at + R_SEQ], words[at + R_ACK]);
  return kind === KIND_ECHO_REQUEST || kind === KIND_ECHO_REPLY ? identityOf(words, at) : 0;
}

/** Of a SYN its timestamp, which tells a repeated one from the first; 0 where it has none, or it was cut off. */
export function copyOf(words: Int32Array, at: number): number {
  return (words[at + R_KIND_PLACE] & 0xff) === KIND_SYN ? words[at + R_ACK] : 0;
}

/** A host that missed a SYN shows the next, sent a second later. */
export function sameCopy(a: number, b: number): boolean {
  return a === b || a === 0 || b === 0;
}
