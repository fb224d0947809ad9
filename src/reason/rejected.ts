import { hostBearing } from '../addr/identity.ts';
import { formatIp, sameIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause, CauseKind } from './cause.ts';
import { called, type ReasonContext } from './context.ts';
import { causeOf } from './draft.ts';
import { errorName, isSizeError, isTimeExceeded } from './icmp-error.ts';

/** An ICMP error quotes the request: who sent it and what it says. */
export function explainRejected(finding: Finding, context: ReasonContext): Cause[] {
  const error = finding.evidence.find((one) => one.kind === 'icmp-error') ?? finding.examples[0]?.errors[0];
  if (!error) return [];
  const sender = hostBearing(context.identities, error.src)?.host ?? null;
  const ofResponder = sender !== null ? sender === finding.responder : sameIp(error.src, finding.probe.dst);
  return [ofResponder ? byResponder(finding, error) : byNetwork(error)];
}

function byNetwork(error: Sighting): Cause {
  const kind: CauseKind = isTimeExceeded(error)
    ? 'ttl-exceeded'
    : isSizeError(error)
      ? 'path-mtu'
      : 'rejected-by-network';
  const mtu = isSizeError(error) && error.mtu > 0 ? `, its next link takes ${error.mtu} bytes` : '';
  return causeOf({
    kind,
    host: null,
    sentence: `${formatIp(error.src)}, on the way, answered "${errorName(error)}"${mtu}`,
    notes:
      kind === 'ttl-exceeded'
        ? ['the packet went through more routers than its TTL allowed, or in a circle']
        : [],
  });
}

/** The host itself: a UDP port that nobody holds, else a firewall rule with `reject`. */
function byResponder(finding: Finding, error: Sighting): Cause {
  const host = finding.responder;
  const portClosed = finding.protocol === 'udp' && errorName(error) === 'port unreachable';
  return causeOf({
    kind: portClosed ? 'port-closed' : 'firewall-rejects',
    host,
    confidence: portClosed ? 'certain' : 'likely',
    sentence: portClosed
      ? `nobody holds UDP port ${finding.probe.dstPort} of ${called(host, 'responder')}`
      : `${called(host, 'responder')} itself answered "${errorName(error)}": a rule of its firewall rejects the request`,
    missing: portClosed
      ? []
      : [{ kind: 'firewall', what: `nft list ruleset (on ${called(host, 'responder')}) names the rule` }],
  });
}
