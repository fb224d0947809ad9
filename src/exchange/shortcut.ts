import type { FrameView } from '../capture/frame.ts';
import { LINKTYPE_LINUX_SLL2 } from '../decode/link-type.ts';
import {
  KIND_ECHO_REQUEST,
  KIND_NONE,
  KIND_SYN,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
  type Packet,
  type PacketKind,
} from '../decode/packet.ts';
import { PlainFrame } from '../decode/plain.ts';
import { sllDirection } from '../decode/sll.ts';
import { UNFILTERED_ACKS } from './ack-filter.ts';
import type { HostMemory } from './host-memory.ts';
import { PROTOCOL_ICMP, PROTOCOL_TCP, pairingKey } from './key.ts';
import type { OpenExchanges } from './open-exchanges.ts';
import type { PlaceResolver } from './place.ts';
import type { PlainExchanges } from './plain-exchanges.ts';
import type { PlainRing } from './plain-ring.ts';
import type { Timeline } from './timeline.ts';

// Local, because an imported constant is loaded from its module at each use, and a local one is part of the code.
const NO_KIND = KIND_NONE;
const ECHO_REQUEST = KIND_ECHO_REQUEST;
const SYN = KIND_SYN;
const SYN_ACK = KIND_SYN_ACK;
const ACK = KIND_TCP_ACK;
const ICMP = PROTOCOL_ICMP;
const TCP = PROTOCOL_TCP;
const SLL2 = LINKTYPE_LINUX_SLL2;

/** Places remembered: a power of two, and the words of each (five of the link-layer header; memo's age, place, direction). */
const PLACES = 64;
const PLACE = 8;
const P_AGE = 5;
const P_PLACE = 6;
const P_DIRECTION = 7;

/**
 * The short way of a plain probe or reply (`decode/plain.ts`) of the only capture there is into the table of open
 * exchanges: for a probe that nothing open resembles, and for a reply that exactly one unanswered request fits. It leaves in
 * the table what the long way by a record and `Pairing` would leave there; whatever is not as simple goes that way.
 */
export class Shortcut {
  /** Of the frame that was taken last: `Packet.direction`. */
  direction = 0;
  /** Nanoseconds since the analysis began. */
  time = 0;
  private readonly plain = new PlainFrame();
  private readonly exchanges: OpenExchanges;
  private readonly waiting: PlainExchanges;
  private readonly ring: PlainRing;
  private readonly memory: HostMemory;
  private readonly resolver: PlaceResolver;
  private readonly timeline: Timeline;
  private readonly windowNs: number;
  private readonly places = new Int32Array(PLACES * PLACE).fill(-1);
  private asked = 0;

  constructor(
    exchanges: OpenExchanges,
    waiting: PlainExchanges,
    memory: HostMemory,
    resolver: PlaceResolver,
    timeline: Timeline,
    windowNs: number,
  ) {
    this.exchanges = exchanges;
    this.waiting = waiting;
    this.ring = waiting.ring;
    this.memory = memory;
    this.resolver = resolver;
    this.timeline = timeline;
    this.windowNs = windowNs;
  }

  /**
   * What the frame was taken for; KIND_NONE: it has to go the long way, and nothing has happened yet.
   * @param notBefore nanoseconds since the analysis began: what is earlier goes the long way
   */
  take(frame: FrameView, notBefore: number): PacketKind {
    const { plain } = this;
    const kind = plain.read(frame);
    if (kind === NO_KIND) return kind;
    if (kind === ACK) return this.passes(frame) ? kind : NO_KIND;
    const place = this.placeOf(frame);
    if (place < 0) return NO_KIND;
    const time = this.timeline.nanosOf(frame.seconds, frame.nanos);
    if (time < notBefore) return NO_KIND;
    this.time = time;
    const kindPlace = kind | (place << 8);
    const taken =
      kind === ECHO_REQUEST || kind === SYN
        ? this.request(kindPlace, frame, time)
        : this.reply(kindPlace, frame, time);
    return taken ? kind : NO_KIND;
  }

  /** A segment of which nothing is to be recorded: no step of a handshake that was seen, and no sign of lost data. */
  private passes(frame: FrameView): boolean {
    const { plain, memory } = this;
    const { src, dst, ports, seq, payloadLength } = plain;
    if (frame.number <= UNFILTERED_ACKS) return false;
    if (memory.acks.mayHold(pairingKey(TCP, src, ports >>> 16, (seq - 1) | 0))) return false;
    if (!memory.stalls.passes(payloadLength, src, dst, ports, seq, frame.seconds, frame.nanos)) return false;
    this.direction = frame.linkType === SLL2 ? sll2Direction(plain.link1) : frame.direction;
    return true;
  }

  /** The long way found the place of the frame that `take` was given last. */
  learn(place: number, packet: Packet): void {
    const { places, asked } = this;
    places[asked + P_AGE] = this.resolver.age;
    places[asked + P_PLACE] = place;
    places[asked + P_DIRECTION] = packet.direction;
  }

  /** -1 where it must be worked out: the resolver's own memo has changed since, or the frame is the first of its kind. */
  private placeOf(frame: FrameView): number {
    const { plain, places, resolver } = this;
    const macs = resolver.byMac;
    const cooked = frame.linkType === SLL2;
    const link0 = macs || cooked ? plain.link0 : 0;
    const link1 = macs || cooked ? plain.link1 : 0;
    const low = macs ? plain.macSrcLow : 0;
    const high = macs ? plain.macSrcHigh : 0;
    const device = (frame.interfaceId << 2) | frame.direction;
    const mixed = Math.imul(link0 ^ Math.imul(low, 3) ^ link1 ^ (device << 4), 0x9e3779b1);
    const at = ((mixed >>> 16) & (PLACES - 1)) * PLACE;
    this.asked = at;
    if (
      places[at] === link0 &&
      places[at + 1] === link1 &&
      places[at + 2] === low &&
      places[at + 3] === high &&
      places[at + 4] === device
    ) {
      if (places[at + P_AGE] !== resolver.age) return -1;
      this.direction = places[at + P_DIRECTION];
      return places[at + P_PLACE];
    }
    places[at] = link0;
    places[at + 1] = link1;
    places[at + 2] = low;
    places[at + 3] = high;
    places[at + 4] = device;
    places[at + P_AGE] = -1;
    return -1;
  }

  private request(kindPlace: number, frame: FrameView, time: number): boolean {
    const { plain, exchanges, memory } = this;
    const { src, dst, ports } = plain;
    const tcp = (kindPlace & 0xff) === SYN;
    const seq = tcp ? plain.seq : ports & 0xffff;
    const key = pairingKey(tcp ? TCP : ICMP, src, ports >>> 16, seq);
    const profile = this.waiting.profileOf(plain, kindPlace);
    if (profile < 0 || src === dst || !this.ring.hasRoom(key) || !exchanges.table.knowsNone(key, dst))
      return false;
    exchanges.makeRoom(time);
    this.waiting.open(plain, frame, key, profile, time);
    if (tcp) {
      memory.acks.add(key);
      memory.connections.addEnds(src, dst, ports, true, seq);
    }
    return true;
  }

  private reply(kindPlace: number, frame: FrameView, time: number): boolean {
    const { plain, ring, memory } = this;
    const { src, dst, ports } = plain;
    const tcp = (kindPlace & 0xff) === SYN_ACK;
    const id = tcp ? ports & 0xffff : ports >>> 16;
    const seq = tcp ? (plain.ack - 1) | 0 : ports & 0xffff;
    const key = pairingKey(tcp ? TCP : ICMP, dst, id, seq);
    const entry = ring.only(key);
    if (entry < 0 || !this.exchanges.table.knowsNone(key, src)) return false;
    const profile = this.waiting.profileOf(plain, kindPlace);
    if (profile < 0 || !this.waiting.answer(entry, plain, frame, tcp, profile, time, this.windowNs))
      return false;
    if (tcp) {
      memory.acks.add(key);
      memory.connections.addEnds(src, dst, ports, false, seq);
    }
    return true;
  }
}

/** From the word of a Linux cooked header that bears the packet type. */
function sll2Direction(word: number): number {
  return sllDirection((word >>> 8) & 0xff);
}
