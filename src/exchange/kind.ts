import { KIND_ECHO_REQUEST, KIND_SYN, KIND_UDP } from '../decode/packet.ts';
import { ANSWERS, R_FLAGS, R_KIND_PLACE } from './layout.ts';

/** Whether the sighting at `at` of the pool's words is of a request. UDP has no kind for it: pairing marked the replies. */
export function isRequestAt(words: Int32Array, at: number): boolean {
  const kind = words[at + R_KIND_PLACE] & 0xff;
  if (kind === KIND_UDP) return (words[at + R_FLAGS] & ANSWERS) === 0;
  return kind === KIND_ECHO_REQUEST || kind === KIND_SYN;
}

/** Whether it is of a reply: an echo reply, a SYN-ACK or the datagram that answers. */
export function isReplyAt(words: Int32Array, at: number): boolean {
  return (words[at + R_FLAGS] & ANSWERS) !== 0;
}
