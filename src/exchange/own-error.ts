import { type Ip, sameIp } from '../addr/ip.ts';
import {
  ICMP_ECHO_REQUEST,
  ICMP_UNREACHABLE,
  ICMPV6_ECHO_REQUEST,
  ICMPV6_UNREACHABLE,
} from '../decode/icmp-type.ts';
import { PROTOCOL_ICMP, PROTOCOL_ICMPV6, PROTOCOL_TCP } from '../decode/protocol.ts';
import {
  R_DST,
  R_HEADER,
  R_SRC,
  R_WIDE,
  WIDE_STRIDE,
  X_DST,
  X_FOURTH,
  X_QUOTED,
  X_SRC,
  X_THIRD,
} from './layout.ts';
import { addressAt, quotedAt, type Words } from './materialise.ts';

/** RFC 792 code 1 (host), RFC 4443 code 3 (address unreachable): as the kernel says it when its next hop is silent. */
const UNREACHABLE = (ICMP_UNREACHABLE << 8) | 1;
const UNREACHABLE6 = (ICMPV6_UNREACHABLE << 8) | 3;

const SYN = 0x02;
const ACK = 0x10;

/** A request that never left its host, as its own kernel says by an ICMP error on the loopback device. */
export interface OwnError {
  readonly src: Ip;
  readonly dst: Ip;
}

/**
 * What the error at `at` is about, where a host tells itself that the next hop of its request is silent (ipv4_link_failure,
 * ip6_link_failure); null for all other errors, those about a reply or later data among them. UDP has no word for a request.
 */
export function ownErrorAt(from: Words, at: number): OwnError | null {
  const src = addressAt(from, at, R_SRC, X_SRC);
  const header = from.words[at + R_HEADER] >>> 16;
  if (header !== (src.family === 4 ? UNREACHABLE : UNREACHABLE6)) return null;
  const asking = quotedAt(from, at, X_THIRD);
  if (!sameIp(src, addressAt(from, at, R_DST, X_DST)) || !sameIp(src, asking)) return null;
  return quotesRequest(from, at) ? { src: asking, dst: quotedAt(from, at, X_FOURTH) } : null;
}

function quotesRequest({ words, wide }: Words, at: number): boolean {
  const quoted = wide[(words[at + R_WIDE] - 1) * WIDE_STRIDE + X_QUOTED];
  const protocol = quoted >>> 16;
  if (protocol === PROTOCOL_ICMP) return (quoted & 0xff) === ICMP_ECHO_REQUEST;
  if (protocol === PROTOCOL_ICMPV6) return (quoted & 0xff) === ICMPV6_ECHO_REQUEST;
  return protocol !== PROTOCOL_TCP || ((quoted >>> 8) & (SYN | ACK)) === SYN;
}
