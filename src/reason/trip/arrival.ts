import { type Ip, sameIp } from '../../addr/ip.ts';
import { answerArp } from '../../linux/arp-answer.ts';
import type { HostState } from '../../linux/host-state.ts';
import { asksNeighbours } from '../../linux/neighbour-question.ts';
import type { Way } from './leave.ts';
import { deviceBearing, isInner, shareLink } from './link.ts';

/** More ways into a host than this are not followed one by one. */
const MOST_DOORS = 8;

/**
 * The interfaces a packet may come in by. The network delivers to the one that bears the address; a link that both hosts
 * share delivers to the interface on it. What goes out by a tunnel comes out at its far end, which passes it on as a
 * router does. An address on a loopback device may be reached by any interface.
 */
export function doorsOf(receiver: HostState, address: Ip, sender: HostState, way: Way): readonly string[] {
  const bearing = deviceBearing(receiver, address);
  const shared = outerDevices(receiver).filter((device) => shareLink(sender, way.device, receiver, device));
  const proxied = shared.length === 0 && isAnswered(sender, way, address);
  const isTunnel = shared.length === 0 && leadsFarAway(sender, way.device);
  if (way.gateway === null && !proxied && !isTunnel) {
    const known = knownDoor(receiver, address, sender, way);
    if (known && shared.includes(known)) return [known];
    const first = shared.toSorted((a, b) => Number(b === bearing) - Number(a === bearing));
    const answering = first.filter((device) => !keepsSilent(receiver, device, way.source, address));
    return (answering.length > 0 ? answering : first).slice(0, 1);
  }
  const byGateway = way.gateway && deviceBearing(receiver, way.gateway);
  return byGateway ? [byGateway] : doorsInto(receiver, address);
}

/** By the link-layer address that the sender knows for it: any card of the receiver on that link may have answered. */
function knownDoor(
  receiver: HostState,
  address: Ip,
  { neighbours }: HostState,
  { device }: Way,
): string | null {
  const entry = neighbours.find((one) => one.device === device && sameIp(one.address, address));
  const link = entry?.mac ? receiver.links.find((one) => one.mac === entry.mac) : undefined;
  return link?.name ?? null;
}

/** Whoever asks for the address on this device gets no answer, by the host's own settings. */
export function keepsSilent(receiver: HostState, device: string, asker: Ip, target: Ip): boolean {
  if (target.family !== 4) return false;
  const { kind } = answerArp({ state: receiver, device, asker, target });
  return kind === 'ignored' || kind === 'filtered' || kind === 'not-taken';
}

/** A tunnel or a line. Without BROADCAST: a card whose ARP is off has neighbours, though it asks for none. */
function leadsFarAway(sender: HostState, device: string): boolean {
  const link = sender.links.find((one) => one.name === device);
  return asksNeighbours(sender, device) === false && !link?.flags.has('BROADCAST');
}

/** As the network delivers, whoever sent it. */
export function doorsInto(receiver: HostState, address: Ip): readonly string[] {
  const bearing = deviceBearing(receiver, address);
  if (bearing && !isInner(receiver, bearing)) return [bearing];
  return outerDevices(receiver).slice(0, MOST_DOORS);
}

/** The sender's neighbour table has a link-layer address for the destination itself: somebody on the link answers for it. */
export function isAnswered({ neighbours }: HostState, { device, gateway }: Way, address: Ip): boolean {
  if (gateway !== null) return false;
  const entry = neighbours.find((one) => one.device === device && sameIp(one.address, address));
  return entry?.mac != null && !entry.states.has('FAILED') && !entry.states.has('INCOMPLETE');
}

function outerDevices(state: HostState): string[] {
  const all = [...new Set(state.addresses.map((one) => one.device))];
  return all.filter((device) => !isInner(state, device));
}
