import { formatIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { Remedy, RemedyKind } from '../remedy/remedy.ts';
import { counted } from './counts-words.ts';

/** What a remedy does, in a few words after `help: `. */
export function remedyTitle(remedy: Remedy, finding: Finding): string {
  return `${TITLES[remedy.kind](finding)} (on ${remedy.host})`;
}

const TITLES: Record<RemedyKind, (finding: Finding) => string> = {
  'source-rule': (one) => `let replies from ${asked(one)} leave${byWay(one)}`,
  'static-route': (one) => `give the way back to ${asker(one)} a route of its own${byWay(one)}`,
  connmark: (one) => `mark connections that come in${onWay(one)}, and send their replies back the same way`,
  'loose-rp-filter': () => 'accept packets whose way back is another interface',
  'rule-change': (one) => `let the rule match the replies from ${asked(one)}`,
  'table-route': (one) => `give the rule's table a route for the replies from ${asked(one)}`,
};

function asked({ probe }: Finding): string {
  return probe.dst ? formatIp(probe.dst) : 'the address asked';
}

function asker({ probe }: Finding): string {
  return probe.src ? formatIp(probe.src) : 'the originator';
}

function byWay({ path }: Finding): string {
  return path.requestReached?.interface ? ` by ${path.requestReached.interface}` : '';
}

function onWay({ path }: Finding): string {
  return path.requestReached?.interface ? ` on ${path.requestReached.interface}` : '';
}

/** What the simulation said, and how many other flows it touches. */
export function proofWords({ verified, changesOtherFlows, host }: Remedy): string {
  const proof = verified
    ? 'by simulation on a copy of the host state, the exchange then works'
    : 'not by simulation: the state supplied does not suffice for it';
  if (changesOtherFlows === null) return proof;
  const others =
    changesOtherFlows === 0
      ? `no other flow of ${host} changes its way`
      : `${counted(changesOtherFlows, 'other flow')} of ${host} change their way`;
  return `${proof}; ${others}`;
}
