import { sameIp } from '../addr/ip.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from './finding.ts';

/**
 * An RST that the responder, whose capture covers that time, never sent: somebody between refused in its name. Where the responder
 * passed the SYN on, by rules of its own, its answer comes from behind it, unless the RST comes a shorter way than the SYN went.
 */
export function refusedByAnother({ path, witness, originator, responder, examples }: Finding): boolean {
  // Who asked itself shows each packet once.
  if (originator === responder) return false;
  if (path.replyReached === null || path.replyLeft !== null || !witness.responderCovered) return false;
  const [exchange] = examples;
  return !exchange || !passedOnBy(exchange, responder) || isNearer(exchange, originator, responder);
}

/** The SYN as it left the host that was asked, to somebody behind it; undefined where it did not. */
export function passedOnBy({ requests }: Exchange, responder: string | null) {
  return requests.find(({ host, direction }) => host === responder && direction === 'out');
}

/** What systems send with (RFC 1700 and later); routers count down from there. */
const INITIAL_TTLS = [32, 64, 128, 255];

function isNearer({ requests, resets }: Exchange, originator: string | null, responder: string | null) {
  const sent = requests.find((one) => one.host === originator)?.ttl;
  const came = requests.find((one) => one.host === responder && one.direction !== 'out')?.ttl;
  const reset = resets.find((one) => one.host === originator && one.direction !== 'out')?.ttl;
  if (sent === undefined || came === undefined || reset === undefined) return false;
  const initial = INITIAL_TTLS.find((ttl) => ttl >= reset) ?? reset;
  return initial - reset < sent - came;
}

/**
 * A kernel that knows no such connection takes the number of its RST from the SYN-ACK and acknowledges nothing
 * (RFC 9293, 3.10.7.1). An RST that acknowledges is how a health check ends a connection that stood.
 */
export function refusesReply(reset: Sighting, { src }: Exchange): boolean {
  return sameIp(reset.src, src) && reset.ack === 0;
}
