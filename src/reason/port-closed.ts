import { formatIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';
import { called } from './context.ts';
import { causeOf } from './draft.ts';
import { firewallGap } from './not-enough.ts';
import type { Request } from './request.ts';
import { listens } from './socket.ts';

/** Nobody holds the UDP port; `sure` where the sockets, or all rules, are known. */
export function udpPortClosed(finding: Finding, port: number | null, sure: boolean): Cause {
  const host = called(finding.responder, 'responder');
  return causeOf({
    kind: 'port-closed',
    host: finding.responder,
    confidence: sure ? 'certain' : 'likely',
    sentence: `nobody holds ${port === null ? 'the UDP ports asked' : `UDP port ${port}`} of ${host}`,
    missing: sure ? [] : [{ kind: 'unmodelled', what: `ss -lun (on ${host})` }],
  });
}

/** Nobody listens where the SYN went, as far as is known. */
export function portClosed(finding: Finding, request: Request, state: HostState | null): Cause {
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
