import { KIND_SYN } from '../decode/packet.ts';
import {
  E_DATA_HASH,
  E_DATA_LENGTH,
  E_ID,
  E_LAST,
  E_ORIGINATOR,
  E_OTHERS,
  E_REPLIES,
  E_SEQ,
  ENTRY,
  type Fillable,
} from './entry.ts';
import { PROTOCOL_ICMP, PROTOCOL_TCP, pairingKey } from './key.ts';
import { KeyCounts } from './key-counts.ts';
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
import type { PlainAcks } from './plain-acks.ts';
import {
  D_ANSWERED,
  D_ASKED,
  P_ACK,
  P_ACK_FRAME,
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
import type { SharedMemory, ShortcutCode } from './shared-memory.ts';
import { S_LIMIT, S_LIVE, S_PAIRS, S_SINCE_EXPIRY, S_WINDOW_NS } from './shortcut/layout.ts';
import type { Timeline } from './timeline.ts';

const SYN = KIND_SYN;
const TCP = PROTOCOL_TCP;

/**
 * Plain exchanges (`plain-ring.ts`): the code of the shortcut opens and answers them, ends their handshakes, and closes those
 * that need nothing but to be counted; from here they are moved to the table when more is seen of them.
 */
export class PlainExchanges {
  readonly ring: PlainRing;
  /** One word: records since the last look at the oldest exchanges. */
  readonly sinceExpiry: Int32Array;
  readonly counts: KeyCounts;
  private readonly shared: SharedMemory<ShortcutCode>;
  private readonly profiles: Profiles;
  private readonly timeline: Timeline;

  constructor(shared: SharedMemory<ShortcutCode>, limit: number, windowNs: number, timeline: Timeline) {
    this.shared = shared;
    this.ring = new PlainRing(shared.buffer, limit);
    this.profiles = new Profiles(shared.buffer);
    this.timeline = timeline;
    this.counts = new KeyCounts(shared.buffer);
    this.sinceExpiry = new Int32Array(shared.buffer, S_SINCE_EXPIRY, 1);
    shared.words[S_PAIRS >> 2] = 1;
    shared.words[S_LIMIT >> 2] = limit;
    shared.doubles[S_WINDOW_NS >> 3] = windowNs;
  }

  /** Laid out as `shortcut/layout.ts` says. */
  get memory(): ArrayBuffer {
    return this.shared.buffer;
  }

  /** Open ones. */
  get live(): number {
    return this.shared.words[S_LIVE >> 2];
  }

  /** Closes the oldest; false: it must go to the table first, because more than counting is needed. */
  closeOldest(early: boolean): boolean {
    return this.shared.code.closeOldest(Number(early)) !== 0;
  }

  /**
   * Closes those last seen before `before` and asked no later than `notAfter`, oldest first, both in nanoseconds since the
   * analysis began; false: the next one must go to the table first.
   */
  closeUntil(before: number, notAfter = Number.POSITIVE_INFINITY): boolean {
    return this.shared.code.closeUntil(before, notAfter) !== 0;
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

  private isAcked(entry: number): boolean {
    return this.ring.words[entry * PLAIN + P_ACK_FRAME] !== 0;
  }

  firstTime(entry: number): number {
    return this.ring.doubles[entry * PLAIN_DOUBLES + D_ASKED];
  }

  /** Number of the frame that asked. */
  firstFrame(entry: number): number {
    return this.ring.words[entry * PLAIN + P_FRAME];
  }

  lastTime(entry: number): number {
    return this.isAcked(entry) ? this.ring.acks.time(entry) : this.repliedTime(entry);
  }

  private repliedTime(entry: number): number {
    return this.ring.doubles[entry * PLAIN_DOUBLES + (this.isAnswered(entry) ? D_ANSWERED : D_ASKED)];
  }

  dst(entry: number): number {
    return this.ring.words[entry * PLAIN + P_DST];
  }

  /** `R_KIND_PLACE` of a profile. */
  kindPlace(profile: number): number {
    return this.profiles.kindPlace(profile);
  }

  /** It has left the ring, to be counted or to go on in the table. */
  leave(entry: number): void {
    this.ring.words[entry * PLAIN + P_PROFILES] = VOID;
    this.shared.words[S_LIVE >> 2]--;
  }

  keyOf(entry: number): number {
    const ports = this.ring.words[entry * PLAIN + P_PORTS];
    const src = this.ring.words[entry * PLAIN + P_SRC];
    const seq = this.ring.words[entry * PLAIN + P_SEQ];
    if (this.isSyn(this.ring.words[entry * PLAIN + P_PROFILES]))
      return pairingKey(TCP, src, ports >>> 16, seq);
    return pairingKey(PROTOCOL_ICMP, src, ports >>> 16, ports & 0xffff);
  }

  /** Fills an entry that the table has for it, and the slots of its own, as the long way would have. */
  fill(table: Fillable, target: number, entry: number, key: number): void {
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
    table.touch(target, this.repliedTime(entry));
    if (!this.isAcked(entry)) return;
    const slot = table.pool.freeSlot();
    this.fillAck(table, slot, entry, key);
    table.pool.words[(own + 1) * STRIDE + R_NEXT] = slot;
    table.words[at + E_LAST] = slot;
    table.words[at + E_OTHERS] = 1;
    table.touch(target, this.lastTime(entry));
  }

  /** The same of one that was kept: its words lie where those of the ring's first entry did, so the ring must be over. */
  fillKept(table: Fillable, words: Int32Array, acks: PlainAcks, number: number): void {
    this.ring.words.set(words);
    this.ring.words[P_ACK_FRAME] = acks.frame(number);
    this.ring.acks.copy(0, acks, number);
    this.fill(table, 0, 0, 0);
  }

  private fillRequest(table: Fillable, slot: number, entry: number, key: number): void {
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

  private fillReply(table: Fillable, slot: number, entry: number, key: number, tcp: boolean): void {
    const { words } = this.ring;
    const from = entry * PLAIN;
    const to = slot * STRIDE;
    const pool = table.pool.words;
    const ports = words[from + P_PORTS];
    const profile = words[from + P_PROFILES] & 0xffff;
    this.fillCommon(table, slot, words[from + P_REPLY_HEADER], profile, this.repliedTime(entry));
    pool[to + R_FRAME] = words[from + P_REPLY_FRAME];
    pool[to + R_KEY] = key;
    pool[to + R_SRC] = words[from + P_DST];
    pool[to + R_DST] = words[from + P_SRC];
    pool[to + R_PORTS] = tcp ? (ports << 16) | (ports >>> 16) : ports;
    pool[to + R_SEQ] = words[from + P_REPLY_SEQ];
    pool[to + R_ACK] = tcp ? (words[from + P_SEQ] + 1) | 0 : words[from + P_ACK];
    pool[to + R_FLAGS] |= ANSWERS;
  }

  private fillAck(table: Fillable, slot: number, entry: number, key: number): void {
    const { words, acks } = this.ring;
    const from = entry * PLAIN;
    const to = slot * STRIDE;
    this.fillCommon(table, slot, acks.header(entry), acks.profile(entry), acks.time(entry));
    const pool = table.pool.words;
    pool[to + R_FRAME] = acks.frame(entry);
    pool[to + R_KEY] = key;
    pool[to + R_SRC] = words[from + P_SRC];
    pool[to + R_DST] = words[from + P_DST];
    pool[to + R_PORTS] = words[from + P_PORTS];
    pool[to + R_SEQ] = (words[from + P_SEQ] + 1) | 0;
    pool[to + R_ACK] = acks.ack(entry);
  }

  private fillCommon(table: Fillable, slot: number, header: number, profile: number, time: number): void {
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
