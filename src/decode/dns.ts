import { DNS_NONE, DNS_QUERY, DNS_RESPONSE, type DnsRole } from './packet.ts';

/** RFC 1035 section 4.1.1: identification, flags, and how many questions and records follow; 2 bytes each. */
const IDENTIFICATION = 0;
const FLAGS = 2;
const QUESTIONS = 4;
const ANSWERS = 6;
const HEADER_BYTES = 12;

const IS_RESPONSE = 0x8000;
const OPCODE = 0x7800;
/** Section 4.1.1: must be zero. */
const RESERVED = 0x0040;
/** QUERY (RFC 1035), NOTIFY (RFC 1996), UPDATE (RFC 2136). */
const OPCODES: readonly number[] = [0 << 11, 4 << 11, 5 << 11];

/** Section 3.1 and RFC 6762 section 18.12: classes of questions, below the bit that asks for an answer by unicast. */
const CLASS = 0x7fff;
const CLASSES: readonly number[] = [1, 3, 4, 254, 255];
const LONGEST_LABEL = 63;
const LONGEST_NAME = 255;

const PRIME = 0x01000193;

/** What pairs a DNS response with its query: a hash of identification and question. Filled by `readDns`. */
export class DnsMessage {
  role: DnsRole = DNS_NONE;
  token = 0;
}

/** Whether [at, end) holds a DNS message, on whatever port: one question, well formed, that is there as a whole. */
export function readDns(view: DataView, at: number, end: number, message: DnsMessage): boolean {
  message.role = DNS_NONE;
  if (end - at < HEADER_BYTES + 5) return false;
  const flags = view.getUint16(at + FLAGS);
  if ((flags & RESERVED) !== 0 || !OPCODES.includes(flags & OPCODE)) return false;
  if (view.getUint16(at + QUESTIONS) !== 1) return false;
  const responds = (flags & IS_RESPONSE) !== 0;
  if (!responds && view.getUint16(at + ANSWERS) > 1) return false;
  const behind = skipName(view, at + HEADER_BYTES, end);
  if (behind < 0 || end - behind < 4 || view.getUint16(behind) === 0) return false;
  if (!CLASSES.includes(view.getUint16(behind + 2) & CLASS)) return false;
  message.role = responds ? DNS_RESPONSE : DNS_QUERY;
  message.token = tokenOf(view, view.getUint16(at + IDENTIFICATION), at + HEADER_BYTES, behind + 2);
  return true;
}

/** Where the name that begins at `at` ends; -1 where it is none. A question's name has no pointers (section 4.1.4). */
function skipName(view: DataView, at: number, end: number): number {
  for (let label = at; label < end && label - at < LONGEST_NAME; ) {
    const length = view.getUint8(label);
    if (length === 0) return label + 1;
    if (length > LONGEST_LABEL) return -1;
    label += 1 + length;
  }
  return -1;
}

/** Servers may return the name in another case (RFC 4343). */
function tokenOf(view: DataView, id: number, from: number, to: number): number {
  let hash = Math.imul(0x811c9dc5 ^ id, PRIME);
  for (let at = from; at < to; at++) {
    const byte = view.getUint8(at);
    hash = Math.imul(hash ^ (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte), PRIME);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}
