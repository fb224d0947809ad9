import type { ExchangeCounts, Findings } from '../finding/find.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause, CauseKind } from './cause.ts';
import type { Explained } from './context.ts';

/** Who is to blame, in one word and one sentence. */
export interface Verdict {
  readonly party: 'host' | 'network' | 'application' | 'none' | 'unknown';
  readonly host: string | null;
  readonly sentence: string;
}

const NETWORK: readonly CauseKind[] = [
  'misrouted-by-network',
  'lost-in-network',
  'rejected-by-network',
  'ttl-exceeded',
  'path-mtu',
];
const APPLICATION: readonly CauseKind[] = [
  'port-closed',
  'listener-on-other-address',
  'listen-queue-full',
  'reply-source-by-program',
];
const FILTERS: readonly CauseKind[] = [
  'rp-filter-strict',
  'rp-filter-loose',
  'firewall-rp-filter',
  'firewall-drops',
  'firewall-rejects',
];
const OPEN: readonly CauseKind[] = ['unexplained', 'not-enough-information'];

/** @param exchanges that were followed, and how many of them ended in a way that the captures do not show */
export function verdictOf(
  explained: readonly Explained[],
  exchanges: Pick<ExchangeCounts, 'total' | 'answered' | 'undecided'> &
    Partial<Pick<Findings, 'wayUnseen' | 'synOnly'>>,
): Verdict {
  const errors = explained.filter((one) => one.finding.level === 'error');
  if (errors.length === 0)
    return healthy(
      explained.map((one) => one.finding),
      exchanges,
    );
  const causes = errors.flatMap((one) => withoutConsequences(one));
  const settled = causes.filter((cause) => !isUnsettled(cause));
  if (settled.length === 0)
    return {
      party: 'unknown',
      host: null,
      sentence: 'there is not enough information to say who is to blame',
    };
  const verdict = blame(settled);
  if (errors.some(({ finding }) => finding.success !== 'open')) return verdict;
  return { ...verdict, sentence: `whether replies came home is not seen; if not, ${verdict.sentence}` };
}

/** The network is not accused while it is said what would clear, or convict, one of the hosts. */
function isUnsettled({ kind, host, missing }: Cause): boolean {
  return OPEN.includes(kind) || (host === null && NETWORK.includes(kind) && missing.length > 0);
}

/** What the network did behind a host's own fault follows from that; what a filter on the way did, from whatever comes before. */
function withoutConsequences({ finding, causes }: Explained): Cause[] {
  const own = causes.findIndex((cause) => cause.host !== null);
  return causes.filter(({ host, kind }, at) => {
    if (host === null) return own < 0 || at < own || !NETWORK.includes(kind);
    return at === 0 || host !== finding.heldBack?.host || !FILTERS.includes(kind);
  });
}

type Exchanges = Parameters<typeof verdictOf>[1];

function healthy(findings: readonly Finding[], exchanges: Exchanges): Verdict {
  const { synOnly = [] } = exchanges;
  const hint =
    synOnly.length > 0 ? `: of TCP the captures of ${synOnly.join(' and ')} seem to hold SYNs only` : '';
  return { party: 'none', host: null, sentence: healthyWords(findings, exchanges) + hint };
}

function healthyWords(
  findings: readonly Finding[],
  { total, answered, undecided, wayUnseen }: Exchanges,
): string {
  if (total === 0) return 'no request was seen, so nothing can be said about replies';
  const astray = findings.filter((one) => one.kind.startsWith('asymmetric'));
  if (astray.some(({ success }) => success !== 'yes'))
    return 'no failure is seen, but some packets took a way that a filter would break; whether the replies came home is not seen';
  if (astray.length > 0) return 'nothing failed; some packets took a way that a filter would break';
  if (answered === 0) return 'no failure is seen, but no answer either';
  if (undecided > 0) return 'no failure is seen; how some exchanges ended is left open';
  if (wayUnseen)
    return 'nothing failed: every request was answered; by which interface some of the replies left is not seen';
  return 'nothing is wrong: every request was answered the way it came';
}

function blame(causes: readonly Cause[]): Verdict {
  const [first] = causes;
  const sure = causes.every((cause) => cause.confidence === 'certain');
  const hosts = [...new Set(causes.map((cause) => cause.host).filter((host) => host !== null))];
  const who = hosts.join(' and ') || 'a host';
  if (isOfNetwork(first)) return hosts.length > 0 ? both(NETWORK_WORDS, who, null, sure) : network(sure);
  const party = causes.every((cause) => APPLICATION.includes(cause.kind)) ? 'application' : 'host';
  if (causes.some((cause) => isOfNetwork(cause) && cause.confidence === 'certain'))
    return { ...both(who, NETWORK_WORDS, hosts[0] ?? null, sure), party };
  const is = hosts.length > 1 ? 'are' : 'is';
  const sentence = sure
    ? `the network is not the problem. ${who} ${is}`
    : `the network is probably not the problem. ${who} probably ${is}`;
  return { party, host: hosts[0] ?? null, sentence };
}

const NETWORK_WORDS = 'the network between the hosts';

/** A host that does not hear what the network tells it is no fault of that. */
function isOfNetwork({ kind, host }: Cause): boolean {
  return NETWORK.includes(kind) && host === null;
}

/** Failures of their own, of which the first one's is told first. */
function both(one: string, other: string, host: string | null, sure: boolean): Verdict {
  const sentence = `${one} ${sure ? '' : 'probably '}did not do its part, and neither did ${other}`;
  return { party: 'network', host, sentence };
}

function network(sure: boolean): Verdict {
  const sentence = sure
    ? 'both hosts did their part; the network between them did not'
    : 'both hosts seem to have done their part; the network between them probably did not';
  return { party: 'network', host: null, sentence };
}
