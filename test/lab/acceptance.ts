import type { Case } from './case.ts';
import { firewallCured } from './cure.ts';

/** The parts of `wayhome analyze --format json` that are compared. */
export interface Analysis {
  readonly findings: readonly {
    readonly kind: string;
    readonly level: 'error' | 'warning' | 'note';
    readonly path: Readonly<Record<string, { readonly host: string; readonly interface: string } | null>>;
    readonly probe?: { readonly dst: string | null; readonly dstPort: number | null };
    readonly causes: readonly { readonly kind: string; readonly host: string | null }[];
  }[];
}

/** Verdict code without the host's letter -> the cause kinds that say the same. */
const CAUSES: Readonly<Record<string, readonly string[]>> = {
  BOUND_IFACE_NO_ROUTE_ARP_ONLINK: ['no-route-on-bound-interface'],
  NO_ROUTE_ON_BOUND_IFACE: ['no-route-on-bound-interface', 'no-route'],
  RPF_STRICT_DROPS_REQUEST: ['rp-filter-strict'],
  RPF_STRICT_DROPS_REPLY: ['rp-filter-strict'],
  RPF_LOOSE_DROPS_REQUEST: ['rp-filter-loose'],
  RPF_LOOSE_DROPS_REPLY: ['rp-filter-loose'],
  RULE_IIF_NEVER_MATCHES: ['rule-never-matches-local'],
  RULE_TABLE_EMPTY: ['rule-table-empty'],
  RULE_TABLE_NO_DEFAULT: ['rule-table-no-default'],
  RULE_TABLE_WRONG_ROUTE: ['rule-table-wrong-route'],
  RULE_AFTER_MAIN: ['rule-after-main'],
  RULE_WRONG_SELECTOR: ['rule-wrong-selector'],
  REPLY_UNMARKED: ['mark-not-on-reply'],
  MARK_RULE_MISSING: ['mark-rule-missing'],
  MARK_NO_REROUTE: ['mark-no-reroute'],
  MULTIPATH_REPLY: ['multipath-reply'],
  REPLY_BYPASSES_NAT: ['reply-bypasses-nat'],
  ARP_FLUX: ['arp-flux'],
  NETMASK_ONLINK: ['netmask-too-wide'],
  ROUTE_SRC_HINT_WRONG: ['source-hint-wrong'],
  REPLY_IFACE_LINKDOWN: ['interface-linkdown'],
  MARTIAN_SOURCE_LOCAL: ['martian-source'],
  ICMP_ECHO_IGNORED: ['echo-ignored'],
  FIREWALL_DROPS_REQUEST: ['firewall-drops'],
  FIREWALL_DROPS_REPLY: ['firewall-drops'],
  FIREWALL_REJECTS: ['firewall-rejects'],
  FIREWALL_RPF_DROPS_REQUEST: ['firewall-rp-filter'],
  FIREWALL_RPF_DROPS_REPLY: ['firewall-rp-filter'],
  PORT_CLOSED: ['port-closed'],
  LISTENER_OTHER_ADDRESS: ['listener-on-other-address'],
  LISTEN_QUEUE_FULL: ['listen-queue-full'],
  GATEWAY_UNRESOLVED: ['next-hop-unresolved'],
  ARP_SILENT: ['next-hop-unresolved'],
  NO_ROUTE_FOR_REPLY: ['no-route'],
  NO_ROUTE: ['no-route'],
  BLACKHOLE_ROUTE: ['route-refuses'],
  UNREACHABLE_ROUTE: ['route-refuses'],
  PROHIBIT_ROUTE: ['route-refuses'],
  PROHIBIT_RULE: ['route-refuses'],
  THROW_ROUTE: ['route-refuses', 'no-route', 'default-route-only', 'other-route-wins'],
  NETWORK_DROPS_REQUEST: ['lost-in-network'],
  NETWORK_DROPS_REPLY: ['lost-in-network'],
  NETWORK_REJECTS_REQUEST: ['rejected-by-network'],
  NETWORK_HOST_UNREACHABLE: ['rejected-by-network'],
  NETWORK_UNREACHABLE_FROM_ROUTER: ['rejected-by-network'],
  NETWORK_TTL_EXCEEDED: ['ttl-exceeded'],
  NETWORK_PMTU_BLACKHOLE: ['path-mtu'],
};

/** More causes than these are a list of everything possible, not a diagnosis. */
const MOST_CAUSES = 3;

/** Where wayhome's answer differs from the kernel's verdict; empty when they agree. `exit` is the exit code. */
export function mistakes(made: Case, exit: number, analysis: Analysis): string[] {
  const errors = analysis.findings.filter((finding) => finding.level === 'error');
  const told = toldCauses(analysis);
  if (made.verdict.code.startsWith('HEALTHY')) return healthyMistakes(made, exit, analysis);
  const expected = expectedCauses(made);
  if (unseen(made) && errors.length === 0) return [];
  return [
    ...(exit === 1 ? [] : [`exit ${exit}, not 1`]),
    ...(errors.length > 0 ? [] : ['no finding at error level']),
    ...(told.some((cause) => expected.includes(cause))
      ? []
      : [`the kernel says ${expected.join(' or ')}, wayhome ${told.join(', ') || 'nothing'}`]),
    ...(told.length <= MOST_CAUSES
      ? []
      : [`${told.length} causes told, at most ${MOST_CAUSES} make a diagnosis`]),
    ...pathMistakes(made, analysis),
  ];
}

function healthyMistakes({ verdict }: Case, exit: number, { findings }: Analysis): string[] {
  const wanted = verdict.code === 'HEALTHY_ASYMMETRIC' ? ['warning asymmetric-reply'] : [];
  const found = findings
    .filter((finding) => finding.level !== 'note')
    .map(({ level, kind }) => `${level} ${kind}`);
  return [
    ...(exit === 0 ? [] : [`exit ${exit}, not 0`]),
    ...(found.join() === wanted.join()
      ? []
      : [`found ${found.join(', ') || 'nothing'}, not ${wanted.join() || 'nothing'}`]),
  ];
}

/** `kind@host`, any of which is right; a cause in the network names no host. */
export function expectedCauses(made: Case): string[] {
  const { verdict, scenario } = made;
  const host = verdict.host ? scenario.plan[verdict.host].name : null;
  return kindsOf(made).map((kind) => (host ? `${kind}@${host}` : kind));
}

function kindsOf({ verdict, scenario, measurement }: Case): readonly string[] {
  const bare = verdict.code.replace(/^[AB]_/, '');
  if (verdict.host && /^NETWORK_DROPS_(REPLY_|REQUEST|ACK_)/.test(bare)) {
    const { reply, request } = measurement.lookups.decidedBy;
    const decided = verdict.host === 'a' ? request : reply;
    return [decided === 'default' ? 'default-route-only' : 'other-route-wins'];
  }
  if (bare === 'REPLY_WRONG_SOURCE') {
    const program = scenario.probe.kind === 'udp' && !firewallCured(measurement, 'b');
    return [program ? 'reply-source-by-program' : 'reply-source-rewritten'];
  }
  return CAUSES[bare] ?? [];
}

/** Nothing of the probe is in any capture, so that silence is no mistake. */
function unseen({ measurement: { stages } }: Case): boolean {
  const asked = stages.events.some((event) => event.event === 'neighbour_unanswered' && event.node === 'a');
  return !stages.requestLeftA.seen && !asked;
}

/** The answer was right, undecided, or put the blame where it does not belong. */
export function outcomeOf(made: Case, analysis: Analysis): 'right' | 'undecided' | 'wrong' {
  const told = toldCauses(analysis);
  const errors = analysis.findings.some(({ level }) => level === 'error');
  if (made.verdict.code.startsWith('HEALTHY')) return errors ? 'wrong' : 'right';
  if (!errors) return unseen(made) ? 'right' : 'undecided';
  const expected = expectedCauses(made);
  if (told.length <= MOST_CAUSES && told.some((cause) => expected.includes(cause))) return 'right';
  return told.every((cause) => UNDECIDED.test(cause)) ? 'undecided' : 'wrong';
}

const UNDECIDED = /^(not-enough-information|unexplained)/;
const NETWORK_KINDS = new Set([
  'misrouted-by-network',
  'lost-in-network',
  'rejected-by-network',
  'ttl-exceeded',
  'path-mtu',
]);

/** The causes of all errors, each once, as `kind@host`. */
export function toldCauses({ findings }: Analysis): string[] {
  const causes = findings.filter(({ level }) => level === 'error').flatMap((finding) => finding.causes);
  return [
    ...new Set(causes.map(({ kind, host }) => (NETWORK_KINDS.has(kind) || !host ? kind : `${kind}@${host}`))),
  ].sort();
}

/** The interfaces wayhome saw the packets on must be those the lab saw them on. */
function pathMistakes({ measurement, verdict }: Case, { findings }: Analysis): string[] {
  const errors = findings.filter((finding) => finding.level === 'error');
  const asked = measurement.stages.requestLeftA.dst?.[0];
  const path = (errors.find(({ probe }) => probe?.dst === asked) ?? errors[0])?.path;
  if (!path || verdict.stage === null) return [];
  const { requestLeftA, requestReachedB, replyLeftB, replyReachedA } = measurement.stages;
  const seen = {
    requestLeft: requestLeftA,
    requestReached: requestReachedB,
    replyLeft: replyLeftB,
    replyReached: replyReachedA,
  };
  return Object.entries(seen).flatMap(([step, stage]) => {
    const ours = Object.keys(stage.ifaces ?? {});
    const theirs = path[step]?.interface ?? 'nowhere';
    return (ours.length ? ours : ['nowhere']).includes(theirs)
      ? []
      : [`${step}: the lab saw it on ${ours.join(' and ') || 'nowhere'}, wayhome on ${theirs}`];
  });
}
