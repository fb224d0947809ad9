import type { Finding, WitnessGap } from '../finding/finding.ts';
import type { Missing } from '../linux/decision.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';
import { called } from './context.ts';
import { causeOf } from './draft.ts';
import { lossCounters } from './loss-counters.ts';

/** Not all of the host's configuration was given, or none of it; where all was, it does not tell. */
export function stateMissing(
  finding: Finding,
  role: 'originator' | 'responder',
  host: string | null,
  state?: HostState,
): Cause {
  const name = called(host, role);
  const missing = partsMissing(finding, name, state);
  if (state && missing.length === 0)
    return causeOf({
      kind: 'unexplained',
      host,
      confidence: 'possible',
      sentence: `the state supplied of ${name} does not tell why it did so`,
    });
  const routes = missing.some(({ kind }) => kind === 'routes');
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: routes
      ? `no route tables of ${name} were given, so why it did so cannot be told`
      : `what was given of ${name} does not tell why it did so`,
    missing,
  });
}

function partsMissing(finding: Finding, name: string, state: HostState | undefined): Missing[] {
  const family = finding.probe.dst?.family ?? 4;
  const ip = family === 6 ? 'ip -6' : 'ip';
  const parts = [
    { given: `routes${family}`, kind: 'routes', what: `${ip} route show table all` },
    { given: `rules${family}`, kind: 'rules', what: `${ip} rule` },
    { given: 'addresses', kind: 'addresses', what: 'ip addr' },
    { given: 'sysctl', kind: 'sysctl', what: 'sysctl -a' },
  ] as const;
  return parts
    .filter(({ given }) => !state?.given.has(given))
    .map(({ kind, what }) => ({ kind, what: `${what} (on ${name})` }));
}

export function notEnough(finding: Finding, state: HostState | null, missing: readonly Missing[]): Cause {
  const name = state?.name ?? called(finding.responder, 'responder');
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: `what was given of ${name} does not decide it`,
    missing,
  });
}

/** A capture that would tell more. */
export function captureMissing(finding: Finding): Cause {
  const missing = finding.witness.missing.map((gap) => ({
    kind: 'unmodelled' as const,
    what: gapWords(gap),
  }));
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: 'whether the packet reached the other side cannot be told from the captures given',
    missing,
  });
}

export function gapWords(gap: WitnessGap): string {
  switch (gap.kind) {
    case 'no-capture':
      return `a capture on ${called(gap.host, gap.role)}`;
    case 'no-frames':
      return `a sign that the capture on ${gap.host} ran at that time (it holds no frame)`;
    case 'other-time':
      return `a capture on ${gap.host} that covers the time of the request`;
    case 'request-unseen':
      return `a capture on ${gap.host} that shows the request, too`;
    case 'filtered':
      return `a capture on ${gap.host} whose filter lets such packets through (${gap.protocol})`;
    case 'some-interfaces':
      return `a capture on all interfaces of ${gap.host} (given: ${gap.interfaces.join(', ') || 'one that nobody names'})`;
    case 'one-direction':
      return `a capture on ${gap.host} of both directions (given: ${gap.direction})`;
    case 'all-out':
      return `a capture on ${gap.host} that shows anything to come in, so that it is known to be of both directions`;
    case 'kernel-drops':
      return `a capture on ${gap.host} without kernel drops (dropped: ${gap.dropped})`;
    case 'cut-frames':
      return `a capture on ${gap.host} with a larger snap length (tcpdump -s 0; ${gap.frames} of ${gap.file} cut too short)`;
    case 'syn-only':
      return `a capture on ${gap.host} that holds whole connections (given: SYNs only)`;
    case 'same-capture':
      return `a capture made on ${gap.host} (${gap.file} holds the same frames as ${gap.sameAs})`;
    case 'disordered':
      return `${gap.file} in the order of time (reordercap), or its pieces as files`;
    case 'damaged':
      return `a whole copy of ${gap.file}`;
  }
}

/** The routing of the host is in order as far as given, and still it said nothing. */
export function silentHost(finding: Finding, state: HostState, missing: readonly Missing[]): Cause {
  const family = finding.probe.dst?.family ?? 4;
  const known = [...missing, ...firewallGap(state, family)];
  const nft = nftGap(state, family);
  const { sources, notes } = lossCounters(state);
  if (known.length > 0) return { ...notEnough(finding, state, [...known, ...nft]), sources, notes };
  if (nft.length > 0) {
    const sentence = `what was given of ${state.name} lets the request in and a reply out, the capture shows none: rules made with nft itself may drop one of them`;
    return { ...notEnough(finding, state, nft), sentence, sources, notes: [...notes, otherwise(finding)] };
  }
  return causeOf({
    kind: 'unexplained',
    host: state.name,
    confidence: 'possible',
    sentence: `the state supplied of ${state.name} lets the request in and a reply out, the capture shows none`,
    sources,
    notes: [...notes, otherwise(finding)],
  });
}

/** An echo request is answered by the kernel. */
function otherwise({ protocol }: Finding): string {
  const earlier = 'the state may have been saved at another time';
  return protocol.startsWith('icmp') ? earlier : `${earlier}, or the program itself did not answer`;
}

/** Packet filters can drop what routing lets pass: their absence from the files leaves the question open. */
export function firewallGap(state: HostState, family: 4 | 6): Missing[] {
  const given = state.given.has('nft') || state.given.has(family === 4 ? 'iptables4' : 'iptables6');
  return given ? [] : [{ kind: 'firewall', what: `nft list ruleset; iptables-save (on ${state.name})` }];
}

/** iptables-save shows its own tables only; those that were made with nft drop packets all the same. */
export function nftGap(state: HostState, family: 4 | 6): Missing[] {
  if (state.given.has('nft') || !state.given.has(family === 4 ? 'iptables4' : 'iptables6')) return [];
  const save = family === 4 ? 'iptables-save' : 'ip6tables-save';
  const what = `nft list ruleset (on ${state.name}): ${save} does not show tables made with nft itself`;
  return [{ kind: 'firewall', what }];
}
