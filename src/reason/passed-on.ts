import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Passage } from '../linux/passage.ts';
import type { Cause } from './cause.ts';
import { causeOf } from './draft.ts';
import { outDevice } from './quote.ts';

/**
 * The request came in for an address that the host does not bear, perhaps after its own rules translated it: no program
 * of the host was asked, and no answer of its own is missing. Null where the host takes the packet in.
 */
export function passedOn(state: HostState, asked: Ip, { outcome, packet, decision }: Passage): Cause | null {
  if (outcome.kind !== 'forwards' && outcome.kind !== 'no-way') return null;
  const { destination } = packet;
  const known = state.addresses.length > 0;
  if (!known || state.addresses.some((one) => sameIp(one.prefix.address, destination))) return null;
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
