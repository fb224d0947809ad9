import { formatIp, sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { atMost, causeOf } from './draft.ts';
import { outDevice } from './quote.ts';
import { type Request, requestAt } from './request.ts';
import { respond } from './responder.ts';
import { deeperFault, routingFault } from './routing-fault.ts';

/**
 * A box on the way translated the address asked, and the reply came back untranslated: it went round the box. Null where
 * nothing speaks for that.
 */
export function bypassCause(finding: Finding, context: ReasonContext): Cause[] | null {
  const sent = requestAt(finding, finding.originator);
  const got = requestAt(finding, finding.responder);
  const came = finding.path.replyReached?.src;
  const state = stateOf(context, finding.responder);
  if (!sent || !came || sameIp(came, sent.destination)) return null;
  if (!got) return state && bears(state, came) ? [atMost(missed(finding, state.name, sent), 'likely')] : null;
  if (sameIp(got.destination, sent.destination) || !sameIp(came, got.destination)) return null;
  const name = state?.name ?? finding.responder;
  const plain = missed(finding, name, sent);
  return state ? withRouting(finding, state, got, plain) : [plain];
}

function bears(state: HostState, ip: Request['source']): boolean {
  return state.addresses.some((one) => sameIp(one.prefix.address, ip));
}

function missed(finding: Finding, host: string | null, sent: Request): Cause {
  const { replyLeft, replyReached, requestReached } = finding.path;
  const own = replyReached ? formatIp(replyReached.src) : 'its own address';
  const asked = formatIp(sent.destination);
  const elsewhere =
    replyLeft?.interface && requestReached?.interface && replyLeft.interface !== requestReached.interface
      ? `: it was asked on ${requestReached.interface} and answered by ${replyLeft.interface}`
      : '';
  return causeOf({
    kind: 'reply-bypasses-nat',
    host,
    sentence: `the reply of ${host ?? 'the responder'} misses the box that translated ${asked} to ${own}${elsewhere}, and comes home from ${own}`,
    notes: [
      `the originator asked ${asked} and takes no answer from ${own}; ping alone counts it ("DIFFERENT ADDRESS!")`,
    ],
  });
}

/** Which line sent it round the box. A rule that failed to catch it is a fault of its own. */
function withRouting(finding: Finding, state: HostState, got: Request, plain: Cause): Cause[] {
  const device = finding.path.requestReached?.interface;
  if (!device) return [plain];
  const { home } = respond(finding, state, got, device);
  if (home.decision.kind !== 'route' || outDevice(home.decision) === device) return [plain];
  const deeper = deeperFault(home.misrouted);
  const fault = deeper ?? routingFault(home.misrouted);
  const bypass = {
    ...plain,
    sources: fault.sources,
    notes: [...plain.notes, ...fault.notes],
    decision: fault.decision,
  };
  return deeper && deeper.kind !== 'not-enough-information' ? [deeper, bypass] : [bypass];
}
