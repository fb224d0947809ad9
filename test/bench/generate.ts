import { closeSync, openSync, writeSync } from 'node:fs';
import { FrameMaker } from './frames.ts';
import { Random } from './random.ts';

export interface BenchCapture {
  readonly format: 'pcap' | 'pcapng';
  readonly link: 'ethernet' | 'sll2';
  readonly frames: number;
  /** How many of a hundred frames are probes or replies. */
  readonly followedPercent: number;
  readonly seed: number;
}

const LINK_TYPES = { ethernet: 1, sll2: 276 } as const;
const FLUSH_BYTES = 1 << 20;
/** 2026-11-23T14:00:00Z, one frame every microsecond and a half. */
const FIRST_SECOND = 1795442400;
const FRAME_NS = 1500;

/** Writes the capture piece by piece: what is in memory does not depend on how many frames it has. */
export function writeBenchCapture(file: string, what: BenchCapture): void {
  const out = openSync(file, 'w');
  const buffer = Buffer.alloc(FLUSH_BYTES + 4096);
  const maker = new FrameMaker(what.seed, what.link);
  const random = new Random(what.seed + 1);
  let at = what.format === 'pcap' ? pcapHeader(buffer, what) : pcapngHeader(buffer, what);
  for (let i = 0; i < what.frames; i++) {
    if (random.below(100) < what.followedPercent) maker.probe();
    else maker.other();
    at = what.format === 'pcap' ? pcapRecord(buffer, at, maker, i) : enhancedPacket(buffer, at, maker, i);
    if (at >= FLUSH_BYTES) at = flush(out, buffer, at);
  }
  flush(out, buffer, at);
  closeSync(out);
}

function flush(out: number, buffer: Buffer, at: number): number {
  for (let written = 0; written < at; ) written += writeSync(out, buffer, written, at - written);
  return 0;
}

function pcapHeader(buffer: Buffer, what: BenchCapture): number {
  buffer.writeUInt32LE(0xa1b2c3d4, 0);
  buffer.writeUInt32LE(0x00040002, 4);
  buffer.writeUInt32LE(262144, 16);
  buffer.writeUInt32LE(LINK_TYPES[what.link], 20);
  return 24;
}

function pcapRecord(buffer: Buffer, at: number, maker: FrameMaker, index: number): number {
  const micros = Math.floor((index * FRAME_NS) / 1000);
  buffer.writeUInt32LE(FIRST_SECOND + Math.floor(micros / 1e6), at);
  buffer.writeUInt32LE(micros % 1e6, at + 4);
  buffer.writeUInt32LE(maker.length, at + 8);
  buffer.writeUInt32LE(maker.length, at + 12);
  maker.bytes.copy(buffer, at + 16, 0, maker.length);
  return at + 16 + maker.length;
}

/** A section header and one interface with nanoseconds, as dumpcap writes them. */
function pcapngHeader(buffer: Buffer, what: BenchCapture): number {
  const words = [0x0a0d0d0a, 28, 0x1a2b3c4d, 1, 0xffffffff, 0xffffffff, 28];
  words.push(1, 32, LINK_TYPES[what.link], 262144, 0x00010009, 9, 0, 32);
  words.forEach((word, i) => {
    buffer.writeUInt32LE(word, 4 * i);
  });
  return 4 * words.length;
}

function enhancedPacket(buffer: Buffer, at: number, maker: FrameMaker, index: number): number {
  const padded = (maker.length + 3) & ~3;
  const nanos = BigInt(FIRST_SECOND) * 1_000_000_000n + BigInt(index) * BigInt(FRAME_NS);
  buffer.writeUInt32LE(6, at);
  buffer.writeUInt32LE(32 + padded, at + 4);
  buffer.writeUInt32LE(0, at + 8);
  buffer.writeUInt32LE(Number(nanos >> 32n), at + 12);
  buffer.writeUInt32LE(Number(nanos & 0xffffffffn), at + 16);
  buffer.writeUInt32LE(maker.length, at + 20);
  buffer.writeUInt32LE(maker.length, at + 24);
  maker.bytes.copy(buffer, at + 28, 0, maker.length);
  buffer.fill(0, at + 28 + maker.length, at + 28 + padded);
  buffer.writeUInt32LE(32 + padded, at + 28 + padded);
  return at + 32 + padded;
}
