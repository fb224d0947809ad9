import type { Ip } from '../../addr/ip.ts';
import { sameIp, widthOf } from '../../addr/ip.ts';
import { indexOf } from '../host-index.ts';
import type { Packet } from '../packet.ts';
import type { Connection } from '../passage.ts';
import { selectAddress4 } from '../source4.ts';
import { selectAddress6 } from '../source6.ts';
import { ipOfNumber, numberOfIp } from './address-number.ts';
import type { Translation } from './clause.ts';
import { hasEntry, isDestinationChanged, isSourceChanged } from './connection.ts';
import { type Crossing, noteChange, noteMissing, type RulePlace, type Stop } from './crossing.ts';
import { missingBy } from './doubts.ts';
import { evaluate, type Scene } from './evaluate.ts';
import { giveUp } from './execute.ts';
import type { Verdict } from './verdict.ts';

type Side = 'source' | 'destination';

/** Where nf_nat works at a hook: on the destination before routing, on the source behind it. */
export function sideAt(crossing: Crossing): Side {
  return crossing.hook === 'prerouting' || crossing.hook === 'output' ? 'destination' : 'source';
}

/** A nat rule chose: the connection is translated from now on, and the chain ends. */
export function bind(scene: Scene, place: RulePlace, translation: Translation): Verdict | Stop {
  const { crossing } = scene;
  const side = sideAt(crossing);
  const address = addressFor(scene, translation);
  if (address === undefined) return giveUp(crossing, place, translation.by);
  const port = portFor(scene, translation);
  const before = crossing.packet;
  const keepsPort = port === null || before.protocol === 1 || before.protocol === 58;
  crossing.packet = withSide(before, side, address ?? before[side], keepsPort ? portOf(before, side) : port);
  note(crossing, place, translation, side);
  const { connection } = crossing;
  if (hasEntry(connection)) {
    const translated = copySide(connection.translated, crossing.packet, side);
    crossing.connection = { ...connection, translated };
  }
  return { kind: 'accept' };
}

function note(crossing: Crossing, place: RulePlace, translation: Translation, side: Side): void {
  const { addressVaries, portVaries, by } = translation;
  if (addressVaries) noteMissing(crossing, missingBy({ span: place.rule!.span, words: by }));
  noteChange(crossing, place, {
    kind: side,
    address: addressVaries ? null : crossing.packet[side],
    port: portVaries || translation.port === null ? null : portOf(crossing.packet, side),
    tracked: true,
  });
}

/** Null: the address stays; undefined: it cannot be told. */
function addressFor(scene: Scene, translation: Translation): Ip | null | undefined {
  const { crossing } = scene;
  const { family } = crossing.packet.source;
  if (translation.by === 'masquerade') return masqueradeAddress(crossing) ?? undefined;
  if (translation.by === 'redirect') return redirectAddress(crossing) ?? undefined;
  if (translation.address === null) return null;
  const reading = evaluate(scene, translation.address);
  if (reading.kind !== 'value' || typeof reading.value !== 'bigint') return undefined;
  return ipOfNumber(family, withHostBits(crossing, translation, reading.value));
}

/** NETMAP replaces the network and keeps the host bits. */
function withHostBits(crossing: Crossing, { prefixLength }: Translation, network: bigint): bigint {
  if (prefixLength === null) return network;
  const own = crossing.packet[sideAt(crossing)];
  const hosts = (1n << BigInt(widthOf(own.family) - prefixLength)) - 1n;
  return (network & ~hosts) | (numberOfIp(own) & hosts);
}

function portFor(scene: Scene, { port, portVaries }: Translation): number | null {
  if (port === null || portVaries) return null;
  const reading = evaluate(scene, port);
  return reading.kind === 'value' && typeof reading.value === 'bigint' ? Number(reading.value) : null;
}

/** nf_nat_masquerade_ipv4: the address of the device that suits the next hop, whatever source the route prefers. */
function masqueradeAddress({ state, outputDevice, packet, decision }: Crossing): Ip | null {
  const index = indexOf(state);
  if (packet.source.family === 6) return selectAddress6(index, outputDevice, packet.destination);
  const gateway = decision?.kind === 'route' ? decision.gateway : null;
  const chosen = selectAddress4(index, outputDevice, gateway ?? packet.destination, 0);
  return chosen?.source ?? null;
}

/** nf_nat_redirect: the loopback address for the host's own packets, else the first address of the device. */
function redirectAddress({ state, hook, inputDevice, packet }: Crossing): Ip | null {
  const { family } = packet.source;
  if (hook === 'output') return ipOfNumber(family, family === 4 ? 0x7f000001n : 1n);
  const own = indexOf(state).addresses.get(inputDevice ?? '') ?? [];
  const fitting = own.filter(
    ({ prefix, flags }) => prefix.address.family === family && !flags.has('secondary'),
  );
  return (fitting.find((one) => one.scope === 0) ?? fitting[0])?.prefix.address ?? null;
}

/** nf_nat_packet: what a known connection's packets get at a hook, each way. */
export function translateKnown(crossing: Crossing, connection: Connection): void {
  const side = sideAt(crossing);
  const { original, translated, direction } = connection;
  const { packet } = crossing;
  if (direction === 'original' && connection.state !== 'related') {
    const changed = side === 'source' ? isSourceChanged(connection) : isDestinationChanged(connection);
    if (changed) crossing.packet = copySide(packet, translated, side);
    return;
  }
  const other: Side = side === 'source' ? 'destination' : 'source';
  const changed = other === 'source' ? isSourceChanged(connection) : isDestinationChanged(connection);
  if (!changed || !sameIp(packet[side], translated[other])) return;
  crossing.packet = withSide(packet, side, original[other], portOf(original, other));
}

function copySide(packet: Packet, from: Packet, side: Side): Packet {
  return withSide(packet, side, from[side], portOf(from, side));
}

function withSide(packet: Packet, side: Side, address: Ip, port: number): Packet {
  return side === 'source'
    ? { ...packet, source: address, sourcePort: port }
    : { ...packet, destination: address, destinationPort: port };
}

function portOf(packet: Packet, side: Side): number {
  return side === 'source' ? packet.sourcePort : packet.destinationPort;
}
