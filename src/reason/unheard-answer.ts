import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import { quoteOf, type Span } from '../addr/source.ts';
import { compareTime } from '../addr/time.ts';
import type { NeighbourAnswer } from '../exchange/correlation.ts';
import type { Finding } from '../finding/finding.ts';
import { askedDuring } from '../finding/neighbour.ts';
import type { Missing } from '../linux/decision.ts';
import type { ChainRule } from '../linux/firewall/firewall.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Packet } from '../linux/packet.ts';
import { receive } from '../linux/receive.ts';
import type { Cause } from './cause.ts';
import type { ReasonContext } from './context.ts';
import { causeOf } from './draft.ts';
import { firewallCause } from './firewall-cause.ts';
import { firewallGap } from './not-enough.ts';
import type { StepResult } from './step.ts';

/** What a host was told of its neighbours at the time of the finding, save where it went on asking in vain. */
export function answersHeard(
  host: string | null,
  finding: Finding,
  { answers, questions }: Pick<ReasonContext, 'answers' | 'questions'>,
): NeighbourAnswer[] {
  const stillAsked = ({ target, last }: NeighbourAnswer) =>
    questions.some(
      (one) =>
        one.host === host &&
        sameIp(one.target, target) &&
        askedDuring(one, finding) &&
        compareTime(one.last, last) > 0,
    );
  return answers.filter(
    (one) => one.host === host && one.direction === 'in' && askedDuring(one, finding) && !stillAsked(one),
  );
}

/**
 * The neighbour answers, as the host's own capture shows, which is made before its filters; and the host has no link-layer
 * address for it. Null where a filter is not known to drop the answers and no listing says that the address is unknown.
 */
export function unheardAnswer(
  state: HostState,
  device: string,
  target: Ip,
  heard: readonly NeighbourAnswer[],
): Cause | null {
  const answer = heard.find(
    (one) => sameIp(one.target, target) && (one.interface === null || one.interface === device),
  );
  const entry = state.neighbours.find((one) => one.device === device && sameIp(one.address, target));
  if (!answer || entry?.mac) return null;
  const step = target.family === 6 ? advertisement(state, device, answer) : null;
  const [dropped] = step?.causes ?? [];
  if (dropped) return { ...dropped, notes: [answered(answer, device), ...dropped.notes] };
  return entry ? undecided(state, device, answer, step?.missing ?? []) : null;
}

const ICMP6 = 58;
const NEIGHBOUR_ADVERTISEMENT = 136;

/** Neighbour discovery is ICMPv6, which goes through the same filters as all else. */
function advertisement(
  state: HostState,
  device: string,
  { example, tell, target }: NeighbourAnswer,
): StepResult {
  const packet: Packet = {
    source: example.src,
    destination: tell,
    protocol: ICMP6,
    sourcePort: 0,
    destinationPort: 0,
    icmp: { type: NEIGHBOUR_ADVERTISEMENT, code: 0 },
    tcpFlags: null,
    tos: 0,
    ttl: 255,
    lengthBytes: null,
  };
  const { outcome, missing } = receive({ state, device, packet, connection: null });
  if (outcome.kind !== 'dropped' && outcome.kind !== 'rejected')
    return { causes: [], missing: outcome.kind === 'cannot-tell' ? missing : [] };
  const what = `neighbour advertisements of ${formatIp(target)}`;
  return { causes: [firewallCause(state.name, outcome, what)], missing: [] };
}

function answered({ target, count, example }: NeighbourAnswer, device: string): string {
  const times = count === 1 ? 'once' : `${count} times`;
  return `${formatIp(target)} answered on ${device}, seen ${times}, first in ${example.file}, frame ${example.frame}: without its link-layer address nothing can leave`;
}

/** Rules for ARP are not walked; of IPv6 none is known that drops it. */
function undecided(
  state: HostState,
  device: string,
  answer: NeighbourAnswer,
  open: readonly Missing[],
): Cause {
  const { target } = answer;
  const rules = target.family === 4 ? arpDrops(state) : [];
  const question = target.family === 4 ? 'ARP' : 'neighbour discovery';
  const taken = `${formatIp(target)} answers the ${question} of ${state.name} on ${device}, and ${state.name} did not take the answers`;
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: rules.length > 0 ? `${taken}: ${tablesOf(rules)} may decide` : taken,
    sources: rules.map(({ span }) => ({ span, mark: 'decides', label: 'may drop them', where: null })),
    notes: [answered(answer, device)],
    missing: [...open, ...filtersOf(state, target.family, rules)],
  });
}

interface ArpDrop {
  readonly table: string;
  readonly span: Span;
}

/** In tables for ARP that see what comes in: a rule each that drops something, or the line with such a policy. */
function arpDrops({ firewall }: HostState): ArpDrop[] {
  const chains = (firewall?.chains ?? []).filter(({ table }) => table.family === 'arp');
  return chains.flatMap(({ base, span, table: { name } }) => {
    if (base?.hook !== 'input') return [];
    const rule = chains
      .filter(({ table }) => table.name === name)
      .flatMap((one) => one.rules.filter(drops))[0];
    if (!rule && base.policy !== 'drop') return [];
    return [{ table: name, span: rule?.span ?? span }];
  });
}

function drops({ clauses }: ChainRule): boolean {
  return clauses.some((one) => one.kind === 'verdict' && one.verdict.kind === 'drop');
}

function tablesOf(rules: readonly ArpDrop[]): string {
  return [...new Set(rules.map(({ table }) => `table arp ${table}`))].join(', ');
}

function filtersOf(state: HostState, family: 4 | 6, rules: readonly ArpDrop[]): Missing[] {
  if (rules.length > 0)
    return rules.map(({ span }) => ({
      kind: 'unmodelled',
      what: `whether "${quoteOf(span).text}" drops ARP replies`,
    }));
  if (family === 6) return firewallGap(state, family);
  const nft = state.given.has('nft') ? '' : 'nft list tables arp; ';
  return [{ kind: 'firewall', what: `${nft}arptables-save (on ${state.name})` }];
}
