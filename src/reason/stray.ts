import { formatIp } from '../addr/ip.ts';
import type { Finding, Stray } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import { arrivalStep } from './arrival-step.ts';
import type { Cause } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { atMost, causeOf } from './draft.ts';
import { passedOn } from './passed-on.ts';
import { type Request, requestAt } from './request.ts';
import { respondTo } from './responder.ts';

/**
 * The request came to a host that is neither end, and did not go on: what that one makes of it, and why it was sent there,
 * is the question, not the network between. Empty where its captures would not show it going on and its state does not
 * stop it.
 */
export function explainStray(finding: Finding, context: ReasonContext): Cause[] {
  const { stray } = finding;
  if (!stray) return [];
  const state = stateOf(context, stray.host);
  const request = requestAt(finding, stray.host);
  const causes = state && request && stray.interface ? atHost(state, request, stray.interface, finding) : [];
  const told = causes.map((cause) => (stray.covered ? cause : atMost(cause, 'likely')));
  if (told.length > 0 || !stray.covered) return told;
  return [notPassedOn(stray, finding)];
}

/** A host that forwards it by its state says nothing here: the capture shows that it did not. */
function atHost(state: HostState, request: Request, device: string, finding: Finding): Cause[] {
  const { arrival, passage } = respondTo(state, request, device, 'replies', false);
  const stopped = arrivalStep(arrival, passage, null).causes;
  if (stopped.length > 0) return [...stopped];
  const strange = passage.outcome.kind === 'no-way' ? passedOn(state, request.destination, passage) : null;
  return strange ? [withBearer(strange, finding)] : [];
}

/** Where the address is, while others still send to where it was. */
function withBearer(cause: Cause, finding: Finding): Cause {
  const { responder, probe, stray } = finding;
  if (!responder || !probe.dst) return cause;
  const address = formatIp(probe.dst);
  const sender = finding.examples[0]?.requests.find((one) => one.host === stray?.host)?.macSource;
  const by = sender ? ` (${sender})` : '';
  const note = `${responder} bears ${address}: whoever sent this on to ${cause.host}${by} has another entry for it (\`ip neigh\` there); \`arping -U -I IFACE ${address}\` on ${responder} tells all of its link`;
  return { ...cause, notes: [...cause.notes, note] };
}

function notPassedOn({ host, interface: device }: Stray, finding: Finding): Cause {
  const responder = called(finding.responder, 'responder');
  return causeOf({
    kind: 'unexplained',
    host,
    confidence: 'possible',
    sentence: `the request came to ${host}${device ? ` on ${device}` : ''} and did not go on from there to ${responder}`,
    notes: [
      `if ${host} is a router, its routes and its firewall decide; if not, whoever sent it there took ${host} for ${responder}`,
    ],
  });
}
