import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import { flowOf } from '../linux/flow.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Passage } from '../linux/passage.ts';
import type { Cause } from './cause.ts';
import type { Beside } from './departure.ts';
import { causeOf } from './draft.ts';
import { linkdownCause, unresolvedCause } from './next-hop.ts';
import { noWay } from './no-way.ts';
import { outDevice } from './quote.ts';

/**
 * The request came in for an address that the host does not bear, perhaps after its own rules translated it: no program
 * of the host was asked, and no answer of its own is missing. Null where the host takes the packet in.
 */
export function passedOn(state: HostState, asked: Ip, { outcome, packet, decision }: Passage): Cause | null {
  if (outcome.kind !== 'forwards' && outcome.kind !== 'no-way') return null;
  const { destination } = packet;
  if (!isElsewhere(state, destination)) return null;
  const device = outcome.kind === 'forwards' && decision ? outDevice(decision) : null;
  const fate = device ? `passes what is sent there on by ${device}` : 'does not forward what is sent there';
  return causeOf({
    kind: 'unexplained',
    host: state.name,
    confidence: 'possible',
    sentence: `${state.name} does not bear ${formatIp(destination)} and ${fate}`,
    notes: sameIp(asked, destination)
      ? ['the address may have moved to another host, or away from this one, since the packets came']
      : ['its own rules translate the address asked to that one: a capture there shows what became of it'],
    decision,
  });
}

/**
 * Why a request that the host's own rules translated to somebody behind it did not get there: the host does not forward, no
 * route leads there, or that one does not answer for its link-layer address.
 * @param device it came in by
 */
export function notPassedOn(
  state: HostState,
  device: string,
  asked: Ip,
  passage: Passage,
  { asked: inVain, told }: Pick<Beside, 'asked' | 'told'>,
): Cause | null {
  const { outcome, packet, decision } = passage;
  if (sameIp(asked, packet.destination) || !isElsewhere(state, packet.destination)) return null;
  if (outcome.kind === 'no-way') return noWay(state, device, packet, passage, 'the request');
  if (outcome.kind !== 'forwards' || decision?.kind !== 'route') return null;
  const flow = flowOf(packet.destination, { source: packet.source });
  return linkdownCause(state, decision) ?? unresolvedCause(state, decision, flow, inVain, told);
}

function isElsewhere({ addresses }: HostState, destination: Ip): boolean {
  return addresses.length > 0 && !addresses.some((one) => sameIp(one.prefix.address, destination));
}
