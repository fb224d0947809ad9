import type { Case } from './case.ts';
import { interfaceOf } from './evidence.ts';

/** The parts of `wayhome analyze --format json` that are compared. */
export interface Analysis {
  readonly findings: readonly {
    readonly kind: string;
    readonly level: 'error' | 'warning' | 'note';
    readonly path: Readonly<Record<string, { readonly host: string; readonly interface: string } | null>>;
    readonly causes: readonly { readonly kind: string; readonly host: string | null }[];
  }[];
}

/** Verdict code without the host's letter -> the cause kind that says the same. */
const CAUSE: Readonly<Record<string, string>> = {
  BOUND_IFACE_NO_ROUTE_ARP_ONLINK: 'no-route-on-bound-interface',
  RPF_STRICT_DROPS_REQUEST: 'rp-filter-strict',
  RPF_STRICT_DROPS_REPLY: 'rp-filter-strict',
  RPF_LOOSE_DROPS_REQUEST: 'rp-filter-loose',
  REPLY_WRONG_SOURCE: 'reply-source-rewritten',
  RULE_IIF_NEVER_MATCHES: 'rule-never-matches-local',
  RULE_TABLE_EMPTY: 'rule-table-empty',
  RULE_TABLE_NO_DEFAULT: 'rule-table-no-default',
  RULE_TABLE_WRONG_ROUTE: 'rule-table-wrong-route',
  RULE_AFTER_MAIN: 'rule-after-main',
  RULE_WRONG_SELECTOR: 'rule-wrong-selector',
  PORT_CLOSED: 'port-closed',
  GATEWAY_UNRESOLVED: 'next-hop-unresolved',
  NO_ROUTE_FOR_REPLY: 'no-route',
  BLACKHOLE_ROUTE: 'route-refuses',
  UNREACHABLE_ROUTE: 'route-refuses',
  PROHIBIT_ROUTE: 'route-refuses',
  NETWORK_DROPS_REQUEST: 'lost-in-network',
  NETWORK_DROPS_REPLY: 'lost-in-network',
  NETWORK_REJECTS_REQUEST: 'rejected-by-network',
  NETWORK_HOST_UNREACHABLE: 'rejected-by-network',
  NETWORK_UNREACHABLE_FROM_ROUTER: 'rejected-by-network',
  NETWORK_TTL_EXCEEDED: 'ttl-exceeded',
};

/** More causes than these are a list of everything possible, not a diagnosis. */
const MOST_CAUSES = 3;

/** Where wayhome's answer differs from the kernel's verdict; empty when they agree. `exit` is the exit code. */
export function mistakes(made: Case, exit: number, analysis: Analysis): string[] {
  const errors = analysis.findings.filter((finding) => finding.level === 'error');
  const told = toldCauses(analysis);
  if (made.verdict.code.startsWith('HEALTHY')) return healthyMistakes(made, exit, analysis);
  const expected = expectedCause(made);
  return [
    ...(exit === 1 ? [] : [`exit ${exit}, not 1`]),
    ...(errors.length > 0 ? [] : ['no finding at error level']),
    ...(told.includes(expected)
      ? []
      : [`the kernel says ${expected}, wayhome ${told.join(', ') || 'nothing'}`]),
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

/** `kind@host`; a cause in the network names no host. */
function expectedCause({ verdict, scenario, measurement }: Case): string {
  const bare = verdict.code.replace(/^[AB]_/, '');
  const host = verdict.host ? scenario.plan[verdict.host].name : null;
  const routing = /^NETWORK_DROPS_(REPLY_|REQUEST)/.test(bare) && host !== null;
  const { reply, request } = measurement.lookups.decidedBy;
  const decided = verdict.host === 'a' ? request : reply;
  const kind = routing ? (decided === 'default' ? 'default-route-only' : 'other-route-wins') : CAUSE[bare];
  return host ? `${kind}@${host}` : `${kind}`;
}

const NETWORK_KINDS = new Set(['lost-in-network', 'rejected-by-network', 'ttl-exceeded']);

/** The causes of all errors, each once, as `kind@host`. */
export function toldCauses({ findings }: Analysis): string[] {
  const causes = findings.filter(({ level }) => level === 'error').flatMap((finding) => finding.causes);
  return [
    ...new Set(causes.map(({ kind, host }) => (NETWORK_KINDS.has(kind) || !host ? kind : `${kind}@${host}`))),
  ].sort();
}

/** The interfaces wayhome saw the packets on must be those the lab saw them on. */
function pathMistakes({ measurement, verdict }: Case, { findings }: Analysis): string[] {
  const path = findings.find((finding) => finding.level === 'error')?.path;
  if (!path || verdict.stage === null) return [];
  const { requestLeftA, requestReachedB, replyLeftB, replyReachedA } = measurement.stages;
  const seen = {
    requestLeft: requestLeftA,
    requestReached: requestReachedB,
    replyLeft: replyLeftB,
    replyReached: replyReachedA,
  };
  return Object.entries(seen).flatMap(([step, stage]) => {
    const [ours, theirs] = [interfaceOf(stage) ?? 'nowhere', path[step]?.interface ?? 'nowhere'];
    return ours === theirs ? [] : [`${step}: the lab saw it on ${ours}, wayhome on ${theirs}`];
  });
}
