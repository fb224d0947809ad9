import type { FrameSink, FrameView, RecordRun } from '../capture/frame.ts';
import { CutFrameCounts } from '../decode/cut-frames.ts';
import { decodeFrame } from '../decode/decode.ts';
import {
  KIND_ECHO_REPLY,
  KIND_ECHO_REQUEST,
  KIND_ICMP_ERROR,
  KIND_NONE,
  KIND_SYN,
  KIND_SYN_ACK,
  KIND_TCP_ACK,
  KIND_UDP,
  Packet,
} from '../decode/packet.ts';
import { STOP_NONE } from '../decode/stop.ts';
import { UNFILTERED_ACKS } from './ack-filter.ts';
import type { SightingBatch } from './batch.ts';
import { destinationEnd, sourceEnd } from './connections.ts';
import type { Direct } from './direct.ts';
import type { Follow } from './follow.ts';
import type { HostMemory } from './host-memory.ts';
import type { IndexSenders } from './index-witness.ts';
import { PROTOCOL_TCP } from './key.ts';
import { R_NANOS, R_SECONDS, STRIDE } from './layout.ts';
import { keyBehindData, keyOf } from './packet-key.ts';
import { NO_PLACE, type PlaceResolver } from './place.ts';
import { resolveQuoted, writeRecord, writeSegment } from './record.ts';
import { Shortcut } from './shortcut.ts';
import { STALL_NONE } from './stalls.ts';

/** Takes the frames of one capture and writes down the followed ones. */
export class Recorder implements FrameSink {
  batch: SightingBatch;
  readonly packet = new Packet();
  frames = 0;
  probes = 0;
  replies = 0;
  notDecoded = 0;
  readonly cutFrames = new CutFrameCounts();
  /** One bit for each direction that frames had (`Packet.direction`), and for each kind of packet. */
  directions = 0;
  seen = 0;
  /** Whether a frame had a time stamp; then the earliest and latest of all frames follow. */
  timed = false;
  firstSeconds = 0;
  firstNanos = 0;
  lastSeconds = 0;
  lastNanos = 0;
  /** By how much, at most, a frame's time lies before that of a frame before it; and the number of that frame. */
  backNs = 0;
  backFrame = 0;
  /** Where nothing has to be merged: takes what is recorded at once. */
  private direct: Direct | null = null;
  private shortcut: Shortcut | null;
  private readonly follow: Follow;
  private readonly kinds: Uint8Array;
  private readonly memory: HostMemory;
  private readonly resolver: PlaceResolver;

  constructor(batch: SightingBatch, follow: Follow, memory: HostMemory, resolver: PlaceResolver) {
    this.batch = batch;
    this.follow = follow;
    this.kinds = follow.kinds;
    this.memory = memory;
    this.resolver = resolver;
    this.shortcut = memory.shared && new Shortcut(memory.shared, resolver, null);
    follow.tell(this.packet);
  }

  get indexes(): readonly IndexSenders[] {
    return this.resolver.indexes.list();
  }

  /** From now on nothing has to be merged. */
  goDirectly(direct: Direct): void {
    const { shared } = this.memory;
    this.direct = direct;
    this.shortcut = shared && new Shortcut(shared, this.resolver, direct);
  }

  frame(frame: FrameView): void {
    const { direct, shortcut } = this;
    this.frames++;
    if (frame.timed) {
      if (this.timed) this.noteBack(frame);
      this.keepTime(frame.seconds, frame.nanos);
    }
    this.decode(frame);
    if (direct !== null && this.batch.count > 0) direct.pass(this.batch);
    shortcut?.settle();
  }

  run(run: RecordRun): number {
    const { shortcut, frames, kinds } = this;
    if (shortcut === null) return 0;
    const probed = this.probes > 0;
    const datagrams = kinds[KIND_UDP] !== 0;
    const taken = shortcut.take(run, { probed, datagrams, frames, times: this, batch: this.batch });
    if (taken === 0) return 0;
    this.frames += taken;
    this.probes += shortcut.probes;
    this.replies += shortcut.replies;
    this.seen |= shortcut.seen;
    this.directions |= shortcut.directions;
    this.keepTime(shortcut.firstSeconds, shortcut.firstNanos);
    this.keepTime(shortcut.lastSeconds, shortcut.lastNanos);
    this.backNs = shortcut.backNs;
    this.backFrame = shortcut.backFrame;
    return taken;
  }

  room(bytes: number): Uint8Array | null {
    return this.memory.shared?.room(bytes) ?? null;
  }

  private decode(frame: FrameView): void {
    const { packet } = this;
    decodeFrame(frame, packet);
    const { kind } = packet;
    this.directions |= 1 << packet.direction;
    this.seen |= 1 << kind;
    if (packet.stopReason !== STOP_NONE) this.countStopped();
    if (kind === KIND_NONE || this.kinds[kind] === 0) return;
    if (kind === KIND_TCP_ACK) this.judge(frame);
    const key = keyOf(packet);
    if (kind === KIND_TCP_ACK && !this.memory.acks.mayHold(key) && this.frames > UNFILTERED_ACKS) return;
    if ((this.follow.narrow || kind > KIND_TCP_ACK) && !this.follow.wants(packet)) return;
    const place = this.resolver.placeOf(frame, packet);
    if (place === NO_PLACE) return;
    if (kind <= KIND_TCP_ACK && this.resolver.kept) this.shortcut?.learn(place);
    this.count(kind, key);
    writeRecord(this.batch, frame, packet, place, key);
    if (kind === KIND_ICMP_ERROR) this.resolveQuoted();
    if (!frame.timed) this.lendTime();
  }

  /** Records a segment that shows data to be stuck; it may be the last step of a handshake as well. */
  private judge(frame: FrameView): void {
    const { packet, follow } = this;
    const { stalls, connections } = this.memory;
    const told = stalls.judge(packet, frame.seconds, frame.nanos);
    if (told === STALL_NONE || !connections.find(sourceEnd(packet), destinationEnd(packet))) return;
    if (follow.narrow && !follow.wants(packet)) return;
    const place = this.resolver.placeOf(frame, packet);
    if (place === NO_PLACE) return;
    writeSegment(this.batch, frame, packet, place, told, connections);
    if (!frame.timed) this.lendTime();
  }

  /** An error about data quotes the number of that segment. */
  private resolveQuoted(): void {
    const { connections } = this.memory;
    if (this.packet.quotedProtocol !== PROTOCOL_TCP || !connections.findQuoted(this.packet)) return;
    resolveQuoted(this.batch, connections);
  }

  private countStopped(): void {
    this.notDecoded++;
    this.cutFrames.count(this.packet, this.kinds);
  }

  private count(kind: number, key: number): void {
    if (kind === KIND_SYN || kind === KIND_SYN_ACK) {
      this.memory.acks.add(key);
      this.memory.connections.add(this.packet);
      if (kind === KIND_SYN && this.packet.dataLength > 0) this.memory.acks.add(keyBehindData(this.packet));
    }
    if (kind === KIND_ECHO_REQUEST || kind === KIND_SYN) this.addProbe();
    else if (kind === KIND_ECHO_REPLY || kind === KIND_SYN_ACK) this.replies++;
  }

  private addProbe(): void {
    if (this.probes++ === 0) this.follow.probeSeen();
  }

  private noteBack({ seconds, nanos, number }: FrameView): void {
    const backNs = (this.lastSeconds - seconds) * 1e9 + this.lastNanos - nanos;
    if (backNs <= this.backNs) return;
    this.backNs = backNs;
    this.backFrame = number;
  }

  private keepTime(seconds: number, nanos: number): void {
    if (!this.timed) {
      this.timed = true;
      this.firstSeconds = this.lastSeconds = seconds;
      this.firstNanos = this.lastNanos = nanos;
      return;
    }
    if (seconds > this.lastSeconds || (seconds === this.lastSeconds && nanos > this.lastNanos)) {
      this.lastSeconds = seconds;
      this.lastNanos = nanos;
    } else if (seconds < this.firstSeconds || (seconds === this.firstSeconds && nanos < this.firstNanos)) {
      this.firstSeconds = seconds;
      this.firstNanos = nanos;
    }
  }

  /** A frame without a time stamp was captured between its neighbours. */
  private lendTime(): void {
    const at = (this.batch.count - 1) * STRIDE;
    this.batch.words[at + R_SECONDS] = this.lastSeconds;
    this.batch.words[at + R_NANOS] = this.lastNanos;
  }
}
