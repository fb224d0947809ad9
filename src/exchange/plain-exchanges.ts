import type { FrameView } from '../capture/frame.ts';
import { KIND_SYN } from '../decode/packet.ts';
import type { PlainFrame } from '../decode/plain.ts';
import { E_DATA_HASH, E_DATA_LENGTH, E_ID, E_LAST, E_ORIGINATOR, E_REPLIES, E_SEQ, ENTRY } from './entry.ts';
import { PROTOCOL_ICMP, PROTOCOL_TCP, pairingKey } from './key.ts';
import {
  ANSWERS,
  R_ACK,
  R_DST,
  R_FLAGS,
  R_FRAME,
  R_HEADER,
  R_KEY,
  R_KIND_PLACE,
  R_MAC_LENGTH,
  R_MAC_LOW,
  R_NANOS,
  R_NEXT,
  R_PORTS,
  R_SECONDS,
  R_SEQ,
  R_SRC,
  R_WIDE,
  STRIDE,
} from './layout.ts';
import {
  D_ANSWERED,
  D_ASKED,
  P_ACK,
  P_DST,
  P_FRAME,
  P_HEADER,
  P_PORTS,
  P_PROFILES,
  P_REPLY_FRAME,
  P_REPLY_HEADER,
  P_REPLY_SEQ,
  P_SEQ,
  P_SRC,
  PLAIN,
  PLAIN_DOUBLES,
  PlainRing,
  VOID,
} from './plain-ring.ts';
import { NONE, OWN_SLOTS } from './pool.ts';
import { Profiles } from './profiles.ts';
import type { OpenTable } from './table.ts';
import type { Timeline } from './timeline.ts';

const IP4 = 4;
const SYN = KIND_SYN;
const TCP = PROTOCOL_TCP;

/** Plain exchanges (`plain-ring.ts`): opened and answered by plain frames, moved to the table when more is seen of them. */
export class PlainExchanges {
  readonly ring: PlainRing;
  /** Open ones. */
  live = 0;
  private readonly profiles = new Profiles();
  private readonly timeline: Timeline;

  constructor(limit: number, timeline: Timeline) {
    this.ring = new PlainRing(limit);
    this.timeline = timeline;
  }

  /** For the frame's kind at this place; -1 where it has to go the long way. */
  profileOf(plain: PlainFrame, kindPlace: number): number {
    const type = (plain.header & 0xffff0000) | plain.macSrcHigh;
    return this.profiles.numberOf(kindPlace, type, plain.macSrcLow, IP4 | (plain.tcpFlags << 8));
  }

  /** The ring has room for the key, and is not full. */
  open(plain: PlainFrame, frame: FrameView, key: number, profile: number, time: number): void {
    const { ring } = this;
    const entry = ring.add(key);
    const { words, doubles } = ring;
    const at = entry * PLAIN;
    words[at + P_SRC] = plain.src;
    words[at + P_DST] = plain.dst;
    words[at + P_PORTS] = plain.ports;
    words[at + P_SEQ] = plain.seq;
    words[at + P_ACK] = plain.ack;
    words[at + P_FRAME] = frame.number;
    words[at + P_REPLY_FRAME] = 0;
    words[at + P_HEADER] = (plain.header << 16) | plain.payloadLength;
    words[at + P_PROFILES] = profile << 16;
    doubles[entry * PLAIN_DOUBLES + D_ASKED] = time;
    this.live++;
  }

  /** Answers the entry, if the frame is the reply to it that comes first; `tcp`: a SYN-ACK. */
  answer(
    entry: number,
    plain: PlainFrame,
    frame: FrameView,
    tcp: boolean,
    profile: number,
    time: number,
    windowNs: number,
  ): boolean {
    const { words, doubles } = this.ring;
    const at = entry * PLAIN;
    const profiles = words[at + P_PROFILES];
    if (
      words[at + P_SRC] !== plain.dst ||
      words[at + P_DST] !== plain.src ||
      words[at + P_REPLY_FRAME] !== 0 ||
      profiles === VOID ||
      !(tcp ? this.acknowledges(plain, at) : this.echoes(plain, at))
    ) {
      return false;
    }
    const times = entry * PLAIN_DOUBLES;
    const asked = doubles[times + D_ASKED];
    if (time < asked || time - asked > windowNs) return false;
    words[at + P_REPLY_FRAME] = frame.number;
    words[at + P_REPLY_SEQ] = plain.seq;
    words[at + P_REPLY_HEADER] = (plain.header << 16) | plain.payloadLength;
    words[at + P_PROFILES] = profiles | profile;
    doubles[times + D_ANSWERED] = time;
    return true;
  }

  private acknowledges(plain: PlainFrame, at: number): boolean {
    const { words } = this.ring;
    const { ports } = plain;
    return (
      words[at + P_PORTS] === ((ports << 16) | (ports >>> 16)) &&
      words[at + P_SEQ] === ((plain.ack - 1) | 0) &&
      this.isSyn(words[at + P_PROFILES])
    );
  }

  private echoes(plain: PlainFrame, at: number): boolean {
    const { words } = this.ring;
    return (
      words[at + P_PORTS] === plain.ports &&
      words[at + P_SEQ] === plain.seq &&
      words[at + P_ACK] === plain.ack &&
      !this.isSyn(words[at + P_PROFILES])
    );
  }

  private isSyn(profiles: number): boolean {
    return (this.profiles.kindPlace(profiles >>> 16) & 0xff) === SYN;
  }

  isVoid(entry: number): boolean {
    return this.ring.words[entry * PLAIN + P_PROFILES] === VOID;
  }

  isAnswered(entry: number): boolean {
    return this.ring.words[entry * PLAIN + P_REPLY_FRAME] !== 0;
  }

  firstTime(entry: number): number {
    return this.ring.doubles[entry * PLAIN_DOUBLES + D_ASKED];
  }

  lastTime(entry: number): number {
    return this.ring.doubles[entry * PLAIN_DOUBLES + (this.isAnswered(entry) ? D_ANSWERED : D_ASKED)];
  }

  src(entry: number): number {
    return this.ring.words[entry * PLAIN + P_SRC];
  }

  dst(entry: number): number {
    return this.ring.words[entry * PLAIN + P_DST];
  }

  /** Source port and port asked, or echo identifier and sequence. */
  ports(entry: number): number {
    return this.ring.words[entry * PLAIN + P_PORTS];
  }

  /** Bytes behind the IP header of the request. */
  size(entry: number): number {
    return this.ring.words[entry * PLAIN + P_HEADER] & 0xffff;
  }

  /** `R_KIND_PLACE` of the request. */
  requestKindPlace(entry: number): number {
    return this.profiles.kindPlace(this.ring.words[entry * PLAIN + P_PROFILES] >>> 16);
  }

  /** `R_KIND_PLACE` of the reply; -1 without one. */
  replyKindPlace(entry: number): number {
    if (!this.isAnswered(entry)) return -1;
    return this.profiles.kindPlace(this.ring.words[entry * PLAIN + P_PROFILES] & 0xffff);
  }

  /** It has left the ring, to be counted or to go on in the table. */
  leave(entry: number): void {
    this.ring.words[entry * PLAIN + P_PROFILES] = VOID;
    this.live--;
  }

  keyOf(entry: number): number {
    const ports = this.ports(entry);
    const seq = this.ring.words[entry * PLAIN + P_SEQ];
    if (this.isSyn(this.ring.words[entry * PLAIN + P_PROFILES]))
      return pairingKey(TCP, this.src(entry), ports >>> 16, seq);
    return pairingKey(PROTOCOL_ICMP, this.src(entry), ports >>> 16, ports & 0xffff);
  }

  /** Fills an entry that the table has for it, and the slots of its own, as the long way would have. */
  fill(table: OpenTable, target: number, entry: number, key: number): void {
    const { words } = this.ring;
    const from = entry * PLAIN;
    const at = target * ENTRY;
    const own = target * OWN_SLOTS;
    const ports = words[from + P_PORTS];
    const tcp = this.isSyn(words[from + P_PROFILES]);
    table.words[at + E_ORIGINATOR] = words[from + P_SRC];
    table.words[at + E_ID] = ((tcp ? TCP : PROTOCOL_ICMP) << 16) | (ports >>> 16);
    table.words[at + E_SEQ] = tcp ? words[from + P_SEQ] : ports & 0xffff;
    table.words[at + E_DATA_HASH] = words[from + P_SEQ];
    table.words[at + E_DATA_LENGTH] = words[from + P_ACK];
    this.fillRequest(table, own, entry, key);
    if (!this.isAnswered(entry)) return;
    this.fillReply(table, own + 1, entry, key, tcp);
    table.pool.words[own * STRIDE + R_NEXT] = own + 1;
    table.words[at + E_LAST] = own + 1;
    table.words[at + E_REPLIES] = 1;
    table.touch(target, this.lastTime(entry));
  }

  private fillRequest(table: OpenTable, slot: number, entry: number, key: number): void {
    const { words } = this.ring;
    const from = entry * PLAIN;
    const to = slot * STRIDE;
    const pool = table.pool.words;
    this.fillCommon(
      table,
      slot,
      words[from + P_HEADER],
      words[from + P_PROFILES] >>> 16,
      this.firstTime(entry),
    );
    pool[to + R_FRAME] = words[from + P_FRAME];
    pool[to + R_KEY] = key;
    pool[to + R_SRC] = words[from + P_SRC];
    pool[to + R_DST] = words[from + P_DST];
    pool[to + R_PORTS] = words[from + P_PORTS];
    pool[to + R_SEQ] = words[from + P_SEQ];
    pool[to + R_ACK] = words[from + P_ACK];
  }

  private fillReply(table: OpenTable, slot: number, entry: number, key: number, tcp: boolean): void {
    const { words } = this.ring;
    const from = entry * PLAIN;
    const to = slot * STRIDE;
    const pool = table.pool.words;
    const ports = words[from + P_PORTS];
    const profile = words[from + P_PROFILES] & 0xffff;
    this.fillCommon(table, slot, words[from + P_REPLY_HEADER], profile, this.lastTime(entry));
    pool[to + R_FRAME] = words[from + P_REPLY_FRAME];
    pool[to + R_KEY] = key;
    pool[to + R_SRC] = words[from + P_DST];
    pool[to + R_DST] = words[from + P_SRC];
    pool[to + R_PORTS] = tcp ? (ports << 16) | (ports >>> 16) : ports;
    pool[to + R_SEQ] = words[from + P_REPLY_SEQ];
    pool[to + R_ACK] = tcp ? (words[from + P_SEQ] + 1) | 0 : words[from + P_ACK];
    pool[to + R_FLAGS] |= ANSWERS;
  }

  private fillCommon(table: OpenTable, slot: number, header: number, profile: number, time: number): void {
    const { profiles, timeline } = this;
    const to = slot * STRIDE;
    const { words } = table.pool;
    const type = profiles.type(profile);
    table.pool.times[slot] = time;
    words[to + R_KIND_PLACE] = profiles.kindPlace(profile);
    words[to + R_SECONDS] = timeline.secondsOf(time);
    words[to + R_NANOS] = timeline.nanosInSecond(time);
    words[to + R_HEADER] = (type & 0xffff0000) | (header >>> 16);
    words[to + R_MAC_LENGTH] = (type << 16) | (header & 0xffff);
    words[to + R_MAC_LOW] = profiles.low(profile);
    words[to + R_WIDE] = 0;
    words[to + R_FLAGS] = profiles.flags(profile);
    words[to + R_NEXT] = NONE;
  }
}
