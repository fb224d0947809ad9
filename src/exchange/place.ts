import type { InterfaceIdentity } from '../addr/identity.ts';
import { DIRECTION_IN, DIRECTION_OUT, type FrameView } from '../capture/frame.ts';
import { KIND_ARP_REPLY, KIND_ARP_REQUEST, type Packet } from '../decode/packet.ts';
import { HostAddresses } from './host-addresses.ts';
import { IndexWitness, nameOfIndex } from './index-witness.ts';
import { interfaceOfFile, isOneInterface } from './interface-name.ts';
import type { CaptureInput } from './options.ts';
import { PlaceMemo } from './place-memo.ts';
import type { LinkCast, Places, SightingDirection } from './places.ts';

// https://www.tcpdump.org/linktypes.html
const LINKTYPE_LINUX_SLL = 113;
const LINKTYPE_LINUX_SLL2 = 276;
/** PACKET_BROADCAST and PACKET_MULTICAST of linux/if_packet.h. */
const SLL_TO_ALL = 1;
const SLL_TO_GROUP = 2;
/** PACKET_OTHERHOST: seen promiscuously, addressed to another host. */
const SLL_TO_ANOTHER_HOST = 3;

/** The frame is no sighting: the host was never meant to take it. */
export const NO_PLACE = -1;

/**
 * Tells on which interface and in which direction a host saw a frame: from what the user said, the capture says, and
 * who is who on the wire. Never from the machine that analyses.
 */
export class PlaceResolver {
  private readonly places: Places;
  private readonly input: CaptureInput;
  /** Its number among those of the host. */
  readonly capture: number;
  private readonly known: HostAddresses | null;
  private readonly byFileName: string | null;
  private readonly memo = new PlaceMemo();
  private readonly deviceNames = new Map<number, string | null>();
  readonly indexes = new IndexWitness();
  /** Whether the last answer holds for all frames that look alike below the IP header. */
  kept = false;
  /** Whether the last answer hangs on the IP addresses of the frame, so that it must not be remembered for others. */
  private byAddress = false;

  constructor(places: Places, input: CaptureInput, capture: number) {
    this.places = places;
    this.input = input;
    this.capture = capture;
    this.known = input.identity && new HostAddresses(input.identity);
    this.byFileName = interfaceOfFile(input.reader.facts().file, input.identity);
  }

  /** Whether hardware addresses make a difference. */
  get byMac(): boolean {
    return this.known !== null;
  }

  /** Grows whenever an answer may have become another one. */
  get age(): number {
    return this.memo.age;
  }

  /** Number of the place, or NO_PLACE. */
  placeOf(frame: FrameView, packet: Packet): number {
    const remembered = this.memo.find(frame, packet, this.known !== null);
    this.kept = remembered !== PlaceMemo.MISS;
    if (this.kept) return remembered;
    this.byAddress = false;
    const place = this.work(frame, packet);
    this.kept = !this.byAddress;
    if (this.kept) this.memo.keep(place);
    return place;
  }

  private work(frame: FrameView, packet: Packet): number {
    if (this.forAnotherHost(packet)) return NO_PLACE;
    const direction = this.directionOf(packet);
    const device = this.interfaceOf(frame, packet, direction);
    const [{ host }, { capture }] = [this.input, this];
    return this.places.numberOf({
      host,
      capture,
      interface: device,
      direction,
      cast: castOf(packet, this.byMac),
    });
  }

  /** Addressed on the link to another host, though the IP destination is this host's own: it was not delivered here. */
  private forAnotherHost(packet: Packet): boolean {
    const { known } = this;
    if (packet.direction === DIRECTION_OUT || !known) return false;
    const foreign = packet.sllType === SLL_TO_ANOTHER_HOST || this.toForeignMac(packet);
    if (!foreign) return false;
    this.byAddress = true;
    return known.bearingDestination(packet) !== undefined;
  }

  private toForeignMac(packet: Packet): boolean {
    const { known } = this;
    if (!known?.knowsMacs || packet.sllType !== 255 || isGroupMac(packet)) return false;
    if (packet.macDstHigh === 0 && packet.macDstLow === 0) return false;
    return (
      known.withMac(packet.macDstHigh, packet.macDstLow).length === 0 &&
      known.withMac(packet.macSrcHigh, packet.macSrcLow).length === 0
    );
  }

  private directionOf(packet: Packet): SightingDirection {
    if (packet.sllType === SLL_TO_ANOTHER_HOST) return 'unknown';
    if (packet.direction === DIRECTION_OUT) return 'out';
    if (packet.direction === DIRECTION_IN) return 'in';
    return this.directionByMac(packet) ?? this.directionByAddress(packet);
  }

  private directionByMac(packet: Packet): SightingDirection | undefined {
    const { known } = this;
    if (!known?.knowsMacs || (packet.macSrcHigh === 0 && packet.macSrcLow === 0)) return undefined;
    if (known.withMac(packet.macSrcHigh, packet.macSrcLow).length > 0) return 'out';
    if (isGroupMac(packet) || known.withMac(packet.macDstHigh, packet.macDstLow).length > 0) return 'in';
    return 'unknown';
  }

  private directionByAddress(packet: Packet): SightingDirection {
    const { known } = this;
    if (!known) return 'unknown';
    this.byAddress = true;
    const source = known.bearingSource(packet) !== undefined;
    const destination = known.bearingDestination(packet) !== undefined;
    if (source === destination) return 'unknown';
    return source ? 'out' : 'in';
  }

  private interfaceOf(frame: FrameView, packet: Packet, direction: SightingDirection): string | null {
    const said = this.input.interface ?? this.deviceName(frame.interfaceId);
    if (isOneInterface(said)) return said;
    if (frame.linkType === LINKTYPE_LINUX_SLL2) return this.interfaceByIndex(packet, direction);
    return (
      this.interfaceByMac(packet, direction) ??
      (frame.linkType === LINKTYPE_LINUX_SLL ? null : this.byFileName) ??
      this.interfaceByAddress(packet, direction)
    );
  }

  /** pcapng if_name. */
  private deviceName(id: number): string | null {
    const known = this.deviceNames.get(id);
    if (known !== undefined) return known;
    const name = this.input.reader.facts().interfaces.find((one) => one.id === id)?.name ?? null;
    this.deviceNames.set(id, name);
    return name;
  }

  private interfaceByIndex(packet: Packet, direction: SightingDirection): string {
    const { known } = this;
    const index = packet.interfaceIndex;
    if (!known) return nameOfIndex([], index);
    const sent = direction === 'out' ? known.withMac(packet.macSrcHigh, packet.macSrcLow) : [];
    this.indexes.note(index, sent);
    return nameOfIndex(known.interfaces, index);
  }

  private interfaceByMac(packet: Packet, direction: SightingDirection): string | null {
    const { known } = this;
    if (!known) return null;
    if (packet.kind === KIND_ARP_REQUEST || packet.kind === KIND_ARP_REPLY) {
      if (direction === 'in') known.learn(packet);
    }
    if (direction === 'out')
      return this.likeliest(known.withMac(packet.macSrcHigh, packet.macSrcLow), packet);
    const own = known.withMac(packet.macDstHigh, packet.macDstLow);
    if (own.length > 0) return this.likeliest(own, packet);
    return known.towards(packet.macSrcHigh, packet.macSrcLow) ?? null;
  }

  /** Of several interfaces with one hardware address, the one that the file names or that bears addresses. */
  private likeliest(candidates: readonly InterfaceIdentity[], packet: Packet): string | null {
    if (candidates.length <= 1) return candidates[0]?.name ?? null;
    const named = candidates.find((one) => one.name === this.byFileName);
    if (named) return named.name;
    this.byAddress = true;
    const ends = [this.known?.bearingSource(packet), this.known?.bearingDestination(packet)];
    const bearing = candidates.find((one) => ends.includes(one));
    return (bearing ?? candidates.find((one) => one.addresses.length > 0) ?? candidates[0]).name;
  }

  /** The last resort. */
  private interfaceByAddress(packet: Packet, direction: SightingDirection): string | null {
    const { known } = this;
    if (!known || direction === 'unknown') return null;
    this.byAddress = true;
    const source = known.bearingSource(packet);
    const destination = known.bearingDestination(packet);
    if (source && destination) return known.interfaces.find((one) => one.name === 'lo')?.name ?? null;
    return (direction === 'out' ? source : destination)?.name ?? null;
  }
}

/** IEEE 802: the lowest bit of the first octet marks multicast and broadcast. */
function isGroupMac(packet: Packet): boolean {
  return (packet.macDstHigh & 0x0100) !== 0;
}

/**
 * Cooked headers of what a host sends tell nothing of it. Where hardware addresses make no difference (`byMac`), a place is
 * remembered for all of them.
 */
function castOf(packet: Packet, byMac: boolean): LinkCast {
  const { sllType, macDstHigh, macDstLow } = packet;
  if (sllType === SLL_TO_ALL) return 'broadcast';
  if (sllType === SLL_TO_GROUP) return 'multicast';
  if (!byMac || !isGroupMac(packet)) return 'one';
  return macDstHigh === 0xffff && macDstLow === 0xffffffff ? 'broadcast' : 'multicast';
}
