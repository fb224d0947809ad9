import { sameIp } from '../../addr/ip.ts';
import { whole } from '../packet.ts';
import type { Hook } from '../passage.ts';
import { hasEntry } from './connection.ts';
import type { Crossing, Stop } from './crossing.ts';
import type { Chain, Firewall, TableFamily } from './firewall.ts';
import { track } from './track.ts';
import { tracksConnections } from './tracking-asked.ts';
import { sideAt, translateKnown } from './translate.ts';
import { walkBaseChain } from './walk-chain.ts';

/** Who tracks connections needs whole packets (nf_defrag_ipv4, NF_IP_PRI_CONNTRACK_DEFRAG). */
const DEFRAGMENT = -400;
const CONNTRACK = -200;
const DESTINATION_NAT = -100;
const SOURCE_NAT = 100;

interface Step {
  readonly priority: number;
  readonly take: (crossing: Crossing) => Stop | null;
}

/** All chains of a hook in the kernel's order, with connection tracking and translation where they have their place. */
export function walkHook(crossing: Crossing, hook: Hook): Stop | null {
  crossing.hook = hook;
  for (const { take } of stepsOf(crossing, hook)) {
    const stop = take(crossing);
    if (stop) return stop;
  }
  return null;
}

function stepsOf(crossing: Crossing, hook: Hook): Step[] {
  const { firewall, packet } = crossing;
  const { family } = packet.source;
  const chains = baseChains(firewall, family, hook);
  const steps: Step[] = chains
    .filter(({ base }) => base?.type !== 'nat')
    .map((chain) => ({ priority: chain.base!.priority, take: (one) => walkFilter(one, chain) }));
  if (tracksConnections(firewall, family)) {
    const nat = chains.filter(({ base }) => base?.type === 'nat');
    if (hook === 'prerouting' || hook === 'output')
      steps.push(
        step(DEFRAGMENT, putTogether),
        step(CONNTRACK, (one) => track(one)),
        { priority: DESTINATION_NAT, take: (one) => translate(one, nat) },
      );
    else if (hook !== 'forward') steps.push({ priority: SOURCE_NAT, take: (one) => translate(one, nat) });
  }
  return steps.sort((a, b) => a.priority - b.priority);
}

/** What is put together goes on as one. */
export function putTogether(crossing: Crossing): void {
  if (crossing.packet.fragmentOffset !== undefined) crossing.packet = whole(crossing.packet);
}

function step(priority: number, work: (crossing: Crossing) => void): Step {
  return {
    priority,
    take: (crossing) => {
      work(crossing);
      return null;
    },
  };
}

/** Chains that a packet of the family meets at the hook, by priority; of equal ones the one made last comes first. */
function baseChains({ chains }: Firewall, family: 4 | 6, hook: string): Chain[] {
  const families: TableFamily[] = [family === 4 ? 'ip' : 'ip6', 'inet'];
  return chains
    .filter(({ base, table }) => base?.hook === hook && families.includes(table.family))
    .reverse()
    .sort((a, b) => a.base!.priority - b.base!.priority);
}

/** A `route` chain that changed what the route depends on has it looked up again (ip_route_me_harder). */
function walkFilter(crossing: Crossing, chain: Chain): Stop | null {
  const { packet, mark } = crossing;
  const stop = walkBaseChain(crossing, chain);
  if (stop || chain.base?.type !== 'route' || !crossing.reroute) return stop;
  const same =
    mark === crossing.mark &&
    sameIp(packet.source, crossing.packet.source) &&
    sameIp(packet.destination, crossing.packet.destination) &&
    packet.tos === crossing.packet.tos;
  return same && !crossing.markUnknown ? null : crossing.reroute();
}

/** nf_nat_inet_fn: the first packet of a connection asks the rules, the others get what it got. */
function translate(crossing: Crossing, chains: readonly Chain[]): Stop | null {
  const { connection, known, packet } = crossing;
  if (!hasEntry(connection)) return null;
  if (connection.state === 'new' && connection.direction === 'original' && !hasEntry(known))
    return translateFirst(crossing, chains);
  translateKnown(crossing, connection);
  return rerouted(crossing, packet.destination);
}

function translateFirst(crossing: Crossing, chains: readonly Chain[]): Stop | null {
  const { packet } = crossing;
  for (const chain of chains) {
    const stop = walkBaseChain(crossing, chain);
    if (stop) return stop;
    if (crossing.packet !== packet) return rerouted(crossing, packet.destination);
  }
  return null;
}

/** nf_nat_ipv4_local_fn: another destination needs another route. */
function rerouted(crossing: Crossing, destination: Crossing['packet']['destination']): Stop | null {
  if (sideAt(crossing) !== 'destination' || sameIp(destination, crossing.packet.destination)) return null;
  return crossing.reroute?.() ?? null;
}
