import { formatIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { firewallGap, silentHost } from './not-enough.ts';
import { rejectRule } from './reject-rule.ts';
import { type Request, requestOf } from './request.ts';
import { respond } from './responder.ts';
import { boundElsewhere, listens } from './socket.ts';

/** An RST answered the SYN: a firewall rule sent it, or nobody listens there. */
export function explainRefused(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  if (fromTheNetwork(finding)) return [networkReset(finding)];
  if (!request) return [];
  if (!state) return [closed(finding, request, null)];
  return [
    rejectRule(finding, state, request) ?? bySocket(finding, state, delivered(finding, state, request)),
  ];
}

/** The host's own rules may hand the connection to another port or address of it. */
function delivered(finding: Finding, state: HostState, request: Request): Request {
  const device = finding.path.requestReached?.interface;
  return device ? respond(finding, state, request, device).delivered : request;
}

/** It came to the originator, and the responder, whose capture covers that time, never sent it. */
function fromTheNetwork({ path, witness }: Finding): boolean {
  return path.replyReached !== null && path.replyLeft === null && witness.responderCovered;
}

function networkReset(finding: Finding): Cause {
  return causeOf({
    kind: 'rejected-by-network',
    host: null,
    confidence: 'certain',
    sentence: `the RST did not come from ${called(finding.responder, 'responder')}: something between the hosts refused the connection`,
  });
}

/** No listener, or one on another address: without a dump of the firewall, a listener leaves only a rule that resets. */
function bySocket(finding: Finding, state: HostState, request: Request): Cause {
  const heard = listens(state, request);
  if (heard === true) return silentHost(finding, state, []);
  if (heard === null) return closed(finding, request, state);
  return boundElsewhere(state, request) ?? closed(finding, request, state);
}

function closed(finding: Finding, request: Request, state: HostState | null): Cause {
  const host = called(finding.responder, 'responder');
  const listed = state ? listens(state, request) === false : false;
  const filtered = state ? firewallGap(state, request.destination.family).length > 0 : true;
  const sure = listed || !filtered;
  return causeOf({
    kind: 'port-closed',
    host: finding.responder,
    confidence: sure ? 'certain' : 'likely',
    sentence: `nobody listens on ${formatIp(request.destination)} port ${request.destinationPort} of ${host}`,
    notes: sure
      ? []
      : [
          'a firewall that rejects with a TCP reset looks the same; `ss -ltn` on the responder tells them apart',
        ],
    missing: listed ? [] : [{ kind: 'unmodelled', what: `ss -ltn (on ${host})` }],
  });
}
