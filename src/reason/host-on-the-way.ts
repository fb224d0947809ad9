import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { isHostUnreachable } from '../finding/icmp-error.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause, CauseKind } from './cause.ts';
import { stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { errorName } from './icmp-error.ts';
import { type Lost, stopsAt } from './on-the-way.ts';

/** What makes a Linux that passes packets on tell their sender so; what a filter or a blackhole drops it drops in silence. */
const TOLD: ReadonlySet<CauseKind> = new Set([
  'route-refuses',
  'no-route',
  'firewall-rejects',
  'next-hop-unresolved',
  'interface-linkdown',
]);

/**
 * A host of ours, which was not asked itself, refused the packet with an ICMP error: its routes or its firewall did, and not the
 * network. Empty where a host that it passes the packet on to is only silent.
 */
export function refusedOnTheWay(lost: Lost, host: string, error: Sighting): Cause[] {
  const [exchange] = lost.finding.examples;
  const seen = (lost.reply ? exchange?.replies : exchange?.requests) ?? [];
  const came = seen.find((one) => one.host === host && one.direction === 'in');
  const state = stateOf(lost.context, host);
  const said = `${host} itself (${formatIp(error.src)}) answered "${errorName(error)}"`;
  if (!state) {
    const files = 'ip route show table all; ip rule; ip addr; nft list ruleset; iptables-save';
    return [open(`${said}: what made it do so cannot be told`, `${files} (on ${host})`)];
  }
  if (!came?.interface) {
    if (isHostUnreachable(error)) return [];
    return [open(`${said}; where the packet came in there is not seen`, `a capture on ${host}`)];
  }
  const causes = stopsAt(lost, state, came, came.interface);
  if (causes.length > 0 && causes.every(isTold))
    return causes.map((cause) => ({
      ...cause,
      notes: [...cause.notes, ...missingAddress(lost, state, came.dst)],
    }));
  if (causes.length === 0 && isHostUnreachable(error)) return [];
  return [
    causeOf({
      kind: 'unexplained',
      host,
      confidence: 'possible',
      sentence: `${said}, and the state supplied of it does not tell why`,
      notes: ['the state may have been saved at another time'],
    }),
  ];
}

function isTold({ kind, decision }: Cause): boolean {
  const isBlackhole = decision?.kind === 'refused' && decision.error === 'EINVAL';
  return TOLD.has(kind) && !isBlackhole;
}

/** The packet ended there, so that the host may be the one that is meant. */
function missingAddress({ finding, reply }: Lost, state: HostState, asked: Ip): string[] {
  if (reply || finding.responder !== state.name || state.addresses.length === 0) return [];
  if (state.addresses.some((one) => sameIp(one.prefix.address, asked))) return [];
  return [`${state.name} does not bear ${formatIp(asked)}: if it should, that address is missing from it`];
}

function open(sentence: string, what: string): Cause {
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence,
    missing: [{ kind: 'unmodelled', what }],
  });
}
