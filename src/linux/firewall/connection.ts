import { sameIp } from '../../addr/ip.ts';
import type { Packet } from '../packet.ts';
import type { Connection } from '../passage.ts';

/** A connection that is in the table of conntrack; without one a packet is only invalid or untracked. */
export function hasEntry(connection: Connection | null): connection is Connection {
  return connection !== null && connection.state !== 'invalid' && connection.state !== 'untracked';
}

export function connectionOf(state: Connection['state'], packet: Packet): Connection {
  return { state, direction: 'original', mark: 0, original: packet, translated: packet };
}

export function isSourceChanged({ original, translated }: Connection): boolean {
  return !sameIp(original.source, translated.source) || original.sourcePort !== translated.sourcePort;
}

export function isDestinationChanged({ original, translated }: Connection): boolean {
  return (
    !sameIp(original.destination, translated.destination) ||
    original.destinationPort !== translated.destinationPort
  );
}

/** Whether a packet goes from where this one came from to where it went. */
export function sameTuple(packet: Packet, other: Packet): boolean {
  return (
    packet.protocol === other.protocol &&
    sameIp(packet.source, other.source) &&
    sameIp(packet.destination, other.destination) &&
    packet.sourcePort === other.sourcePort &&
    packet.destinationPort === other.destinationPort
  );
}

export function isAnswer(packet: Packet, to: Packet): boolean {
  return (
    packet.protocol === to.protocol &&
    sameIp(packet.source, to.destination) &&
    sameIp(packet.destination, to.source) &&
    packet.sourcePort === to.destinationPort &&
    packet.destinationPort === to.sourcePort
  );
}
