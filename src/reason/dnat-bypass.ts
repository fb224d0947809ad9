import { formatIp, type Ip, isLinkLocal, sameIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause, CauseSource } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { firewallSource } from './firewall-cause.ts';
import { requestAt } from './request.ts';
import { respond } from './responder.ts';

/**
 * The host asked translated the request to an address of somebody else and passed it on; whoever bears that answered by
 * another way. Null where nothing shows that, and where an answer passed the host.
 */
export function dnatBypass(finding: Finding, context: ReasonContext): Cause | null {
  const responder = farTranslator(finding, context) ?? finding.responder;
  const came = finding.path.replyReached?.src;
  const state = stateOf(context, responder);
  const replies = finding.examples[0]?.replies ?? [];
  if (!came || responder === null || replies.some(({ host }) => host === responder)) return null;
  if (state?.addresses.some(({ prefix }) => sameIp(prefix.address, came))) return null;
  const passed = passedOnTo(finding, responder, came);
  const sources = state ? translatingRule(finding, state, came) : [];
  const covered = responder === finding.responder && finding.witness.responderCovered;
  if (!passed && sources.length === 0) return null;
  const [asked, other] = [finding.probe.dst ? formatIp(finding.probe.dst) : 'the address', formatIp(came)];
  return causeOf({
    kind: 'reply-bypasses-nat',
    host: responder,
    confidence: passed && covered ? 'certain' : 'likely',
    sentence: `${responder} translates ${asked} to ${other} and passes the request on; the answer of ${other} comes home without passing ${responder}, which alone could translate it back`,
    sources,
    notes: [
      `the originator asked ${asked} and takes no answer from ${other}; ping alone counts it ("DIFFERENT ADDRESS!")`,
      `the request keeps its source, so ${other} answers by its own way to that; masquerading what is passed on, or a way back by ${responder}, brings the answer through it`,
    ],
  });
}

/**
 * The host that bears the address asked and translated it, where it is on no link of whoever answered: no route of that one
 * would lead its answers back there. A router on its link might be their way home.
 */
function farTranslator(
  { translator, responder, probe, path }: Finding,
  context: ReasonContext,
): string | null {
  const box = stateOf(context, translator);
  const server = stateOf(context, responder);
  const asked = path.requestReached?.interface;
  if (!box || !server || box === server || !asked || !bearer(box, probe.dst)) return null;
  const link = server.addresses.filter(
    // Every link has the network of link-local addresses.
    ({ device, prefix }) => device === asked && !isLinkLocal(prefix.address),
  );
  const near = box.addresses.some(({ prefix }) => link.some((one) => contains(one.prefix, prefix.address)));
  return link.length === 0 || near ? null : box.name;
}

/** The capture shows it leaving the host that was asked. */
function passedOnTo(finding: Finding, by: string, came: Ip): Sighting | undefined {
  const requests = finding.examples[0]?.requests ?? [];
  return requests.find(({ host, direction, dst }) => host === by && direction === 'out' && sameIp(dst, came));
}

/** The rule that writes this address into the request, where the host's rules are walked with it. */
function translatingRule(finding: Finding, state: HostState, came: Ip): CauseSource[] {
  const request = requestAt(finding, state.name) ?? requestAt(finding, finding.originator);
  const entered = finding.examples[0]?.requests.find(
    ({ host, direction }) => host === state.name && direction === 'in',
  );
  const device = entered?.interface ?? (request && bearer(state, request.destination));
  if (!request || !device) return [];
  const { outcome, changes, packet } = respond(finding, state, request, device).passage;
  if (outcome.kind !== 'forwards' && outcome.kind !== 'cannot-tell') return [];
  if (!sameIp(packet.destination, came)) return [];
  const change = changes.findLast(({ what }) => what.kind === 'destination');
  return change ? [firewallSource(change.rule, 'translates the address asked')] : [];
}

function bearer(state: HostState, address: Ip | null): string | null {
  return state.addresses.find(({ prefix }) => sameIp(prefix.address, address))?.device ?? null;
}
