import { writeSync } from 'node:fs';
import { FrameWriter } from './frames.ts';
import { Random } from './random.ts';
import { recordsOf } from './records.ts';
import { Schedule } from './schedule.ts';

export interface BenchCapture {
  readonly format: 'pcap' | 'pcapng';
  readonly link: 'ethernet' | 'sll' | 'sll2';
  readonly frames: number;
  /**
   * `flood`: SYNs to one server from random sources, and nothing else. `connections`: TCP from handshakes on, some at a time,
   * with a little data both ways, and nothing else.
   */
  readonly traffic: 'exchanges' | 'flood' | 'connections';
  /** How many of a hundred frames are probes or replies. */
  readonly followedPercent: number;
  /** From one frame to the next. */
  readonly frameNs: number;
  /** So many addresses on either side. */
  readonly hosts: number;
  readonly replyAfterNs: number;
  /** Captures of the same seed and different sides hold the same exchanges. */
  readonly side: 'originator' | 'responder';
  readonly seed: number;
}

const FLUSH_BYTES = 1 << 20;
const LONGEST_RECORD = 4096;
/** Connections open at once, and packets of each. */
const OPEN_CONNECTIONS = 64;
const CONNECTION_FRAMES = 9;
/** How long a packet is on its way. */
const WAY_NS = 20_000;

/** Writes the capture piece by piece: what is in memory does not depend on how many frames it has. */
export function writeBenchCapture(out: number, what: BenchCapture): void {
  const buffer = Buffer.alloc(FLUSH_BYTES + LONGEST_RECORD);
  const frames = new FrameWriter(buffer, what);
  const records = recordsOf(buffer, what);
  const makeFrame = trafficOf(frames, what);
  let at = records.begin();
  for (let i = 0; i < what.frames; i++) {
    const frame = at + records.headerBytes;
    at = records.end(at, makeFrame(frame, i));
    if (at >= FLUSH_BYTES) at = flush(out, buffer, at);
  }
  flush(out, buffer, at);
}

function trafficOf(frames: FrameWriter, what: BenchCapture) {
  if (what.traffic === 'connections') return connectionsOf(frames);
  return what.traffic === 'flood' ? floodOf(frames) : exchangesOf(frames, what);
}

/** Each has its next packet when all others that are open have had theirs. */
function connectionsOf(frames: FrameWriter) {
  return (at: number, i: number): number => {
    const round = Math.floor(i / OPEN_CONNECTIONS);
    const serial =
      2 + 2 * (Math.floor(round / CONNECTION_FRAMES) * OPEN_CONNECTIONS + (i % OPEN_CONNECTIONS));
    const step = round % CONNECTION_FRAMES;
    if (step === 0) return frames.request(at, serial);
    return step === 1 ? frames.reply(at, serial) : frames.segment(at, serial, step - 2);
  };
}

function floodOf(frames: FrameWriter) {
  return (at: number, i: number): number => frames.flood(at, i);
}

function exchangesOf(frames: FrameWriter, what: BenchCapture) {
  const responder = what.side === 'responder';
  const replyAfter = Math.max(1, Math.round(what.replyAfterNs / what.frameNs));
  const apart = responder ? Math.min(Math.round(WAY_NS / what.frameNs), (replyAfter - 1) >> 1) : 0;
  const schedule = new Schedule({ ...what, replyAfter, apart });
  const random = new Random(what.seed + (responder ? 2 : 1));
  return (at: number, i: number): number => {
    const serial = schedule.next(i);
    if (serial > 0) return frames.request(at, serial);
    return serial < 0 ? frames.reply(at, -serial) : frames.other(at, random.word());
  };
}

function flush(out: number, buffer: Buffer, at: number): number {
  for (let written = 0; written < at; ) written += writeSync(out, buffer, written, at - written);
  return 0;
}
