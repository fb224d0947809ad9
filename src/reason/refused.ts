import { formatIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { notEnough } from './not-enough.ts';
import { type Request, requestOf } from './request.ts';
import { boundElsewhere, listens } from './socket.ts';

/** An RST answered the SYN: nobody listens there, or a filter says so. */
export function explainRefused(finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  if (fromTheNetwork(finding)) return [networkReset(finding)];
  if (!request) return [];
  const heard = state ? listens(state, request) : null;
  if (state && heard === true) return [listening(finding, state)];
  if (state && heard === false)
    return [boundElsewhere(state, request) ?? closed(finding, request, 'certain', state)];
  return [closed(finding, request, 'likely', state)];
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

function closed(
  finding: Finding,
  request: Request,
  confidence: Cause['confidence'],
  state: HostState | undefined,
): Cause {
  const host = called(finding.responder, 'responder');
  return causeOf({
    kind: 'port-closed',
    host: finding.responder,
    confidence,
    sentence: `nobody listens on ${formatIp(request.destination)} port ${request.destinationPort} of ${host}`,
    notes:
      confidence === 'certain'
        ? []
        : [
            'a firewall that rejects with a TCP reset looks the same; `ss -ltn` on the responder tells them apart',
          ],
    missing: state && confidence === 'certain' ? [] : [{ kind: 'unmodelled', what: `ss -ltn (on ${host})` }],
  });
}

/** Somebody listens and still an RST came: a firewall that rejects, or the state is of another time. */
function listening(finding: Finding, state: HostState): Cause {
  return notEnough(finding, state, [
    {
      kind: 'firewall',
      what: `nft list ruleset (on ${state.name}); something listens on the port, and the SYN was reset all the same`,
    },
  ]);
}
