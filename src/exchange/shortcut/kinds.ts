/**
 * As `decode/packet.ts` numbers the kinds of packets; those of probes and replies are below the others, those of probes alone
 * are odd.
 */
export const NOT_PLAIN = 0;
export const ECHO_REQUEST = 1;
export const ECHO_REPLY = 2;
export const SYN = 3;
export const SYN_ACK = 4;
export const SEGMENT = 6;
export const UDP_DATAGRAM = 12;

export function isProbe(kind: i32): bool {
  return (kind & 1) !== 0;
}
