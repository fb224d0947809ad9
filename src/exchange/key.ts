/**
 * What pairs a reply with its probe, as a hash. The address asked is not part of it, because a reply from another
 * address is what we look for; it only refines the hash for the search that is tried first.
 */

/** IP protocol numbers that stand for the kinds of exchange; ICMPv6 is told from ICMP by the IP version. */
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;
export const PROTOCOL_ICMP6 = 58;

/**
 * @param id echo identifier, or the originator's port
 * @param seq echo sequence, the SYN's sequence number, or the UDP port asked
 */
export function pairingKey(protocol: number, originator: number, id: number, seq: number): number {
  const first = Math.imul(originator ^ Math.imul(id + (protocol << 16), 0x9e3779b1), 0x85ebca6b);
  const second = Math.imul(first ^ (first >>> 15) ^ seq, 0xc2b2ae35);
  return second ^ (second >>> 13);
}

/** The pairing key with the address asked. */
export function exactKey(key: number, asked: number): number {
  const mixed = Math.imul(key ^ Math.imul(asked, 0x27d4eb2f), 0x165667b1);
  return mixed ^ (mixed >>> 15);
}

/**
 * What address translation leaves as it is, to join what two hosts saw of one request under different addresses.
 * @param data hash of the echo data or datagram; 0 for TCP, whose sequence number is random
 */
export function alikeKey(protocol: number, seq: number, data: number): number {
  const mixed = Math.imul(seq ^ Math.imul(data ^ protocol, 0x9e3779b1), 0xc2b2ae35);
  return mixed ^ (mixed >>> 15);
}

/** One word that stands for an IPv6 address in hashes and first comparisons. */
export function foldAddress(w0: number, w1: number, w2: number, w3: number): number {
  const high = Math.imul(w0, 0x9e3779b1) ^ Math.imul(w1, 0x85ebca6b);
  const low = Math.imul(w2, 0xc2b2ae35) ^ Math.imul(w3, 0x27d4eb2f);
  // As it is kept: in a word.
  return ((high ^ (high >>> 16)) + (low ^ (low >>> 15))) | 0;
}
