import { formatIp, sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import { passedOnBy } from '../finding/reset.ts';
import type { HostState } from '../linux/host-state.ts';
import type { FirewallChange, Passage } from '../linux/passage.ts';
import type { Cause, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import { type Request, requestAt } from './request.ts';
import { respond } from './responder.ts';

/**
 * The responder passes such connections on to somebody behind it (a published port of a container), as its capture shows or its
 * rules say: whether somebody listens is to be asked there. Null where it takes them itself.
 */
export function refusedBehind(finding: Finding, state: HostState | undefined): Cause | null {
  const { responder, examples, path } = finding;
  const [exchange] = examples;
  if (!exchange || responder === null) return null;
  const asked = requestAt(finding, responder);
  const device = path.requestReached?.interface;
  const passage = state && asked && device ? respond(finding, state, asked, device).passage : null;
  const out = passedOnBy(exchange, responder);
  const to = out
    ? { address: out.dst, port: out.destinationPort }
    : passage?.outcome.kind === 'forwards'
      ? { address: passage.packet.destination, port: passage.packet.destinationPort }
      : null;
  if (!to || !asked || state?.addresses.some((one) => sameIp(one.prefix.address, to.address))) return null;
  const [at, behind] = [asked, { destination: to.address, destinationPort: to.port }].map(placeOf);
  return causeOf({
    kind: 'port-closed',
    host: responder,
    confidence: 'likely',
    sentence: `${responder} passes what is sent to ${at} on to ${behind}, where nobody listens`,
    sources: passage ? ruleOf(passage) : [],
    notes: notesOf(finding, responder),
    missing: [
      { kind: 'unmodelled', what: `ss -ltn (on who bears ${formatIp(to.address)}, behind ${responder})` },
    ],
  });
}

function placeOf({ destination, destinationPort }: Pick<Request, 'destination' | 'destinationPort'>): string {
  return `${formatIp(destination)} port ${destinationPort}`;
}

/** The rule that gives it another destination. */
function ruleOf({ changes }: Passage): CauseSource[] {
  const isDestination = ({ what }: FirewallChange) => what.kind === 'destination';
  const rule = changes.findLast(isDestination)?.rule;
  return rule
    ? [{ span: rule.span, mark: 'decides', label: 'passes it on', where: `chain ${rule.chain}` }]
    : [];
}

function notesOf({ examples, path }: Finding, responder: string): string[] {
  const came = examples[0].resets.find((one) => one.host === responder && one.direction === 'in');
  const rejects = 'a firewall there that rejects with a TCP reset looks the same';
  if (came?.interface)
    return [`the RST came to ${responder} on ${came.interface} (${came.file}, frame ${came.frame})`, rejects];
  if (path.replyLeft) return [rejects];
  return [`the capture of ${responder} does not show the RST, and shows that it passed the SYN on`, rejects];
}
