import { Readable } from 'node:stream';
import type { HostIdentity } from '../../../src/addr/identity.ts';
import { openCaptureStream } from '../../../src/capture/open.ts';
import type { CaptureInput } from '../../../src/exchange/options.ts';
import { Blocks, concat, type Option, pcap, text } from '../../capture/build.ts';
import { BASE_SECONDS } from './capture.ts';

/** An interface of a capture file. */
export interface Face {
  readonly linkType: number;
  /** As if_tsresol has it. */
  readonly resolution: number;
  /** As if_tsoffset has it. */
  readonly offsetSeconds?: number;
}

/** How a capture is written down; pcap has one interface, of micro- or nanoseconds. */
export interface FileForm {
  readonly format: 'pcap' | 'pcapng';
  readonly little: boolean;
  readonly faces: readonly Face[];
}

/** What a record bears beside its packet; pcap has no place for all but `late`, a second told as a fraction of one. */
export type Note = 'none' | 'late' | 'in' | 'out' | 'comment' | 'custom' | 'untimed';

/** A frame as it is written down. */
export interface Shot {
  /** Nanoseconds since BASE_SECONDS. */
  readonly time: number;
  /** Which interface saw it. */
  readonly face: number;
  readonly bytes: Uint8Array;
  /** Bytes that the snap length leaves; null for all. */
  readonly cut: number | null;
  readonly note: Note;
}

const NANO_MAGIC = 0xa1b23c4d;
const MICRO_MAGIC = 0xa1b2c3d4;

export function bytesOf(form: FileForm, shots: readonly Shot[]): Uint8Array {
  return form.format === 'pcap' ? pcapOf(form, shots) : pcapngOf(form, shots);
}

function pcapOf({ little, faces: [{ linkType, resolution }] }: FileForm, shots: readonly Shot[]): Uint8Array {
  const records = shots.map(({ time, bytes, cut, note }) => {
    const second = Math.floor(time / 1e9);
    const fraction = Math.floor((time - second * 1e9) / 10 ** (9 - resolution));
    const late = Number(note === 'late');
    return {
      seconds: BASE_SECONDS + second - late,
      fraction: fraction + late * 10 ** resolution,
      packet: bytes.subarray(0, cut ?? bytes.length),
      original: bytes.length,
    };
  });
  return pcap(records, { magic: resolution === 9 ? NANO_MAGIC : MICRO_MAGIC, little, linkType });
}

function pcapngOf({ little, faces }: FileForm, shots: readonly Shot[]): Uint8Array {
  const b = new Blocks(little);
  const head = [b.section(), ...faces.map((face) => b.interface(face.linkType, 0, descriptionOf(b, face)))];
  return concat(...head, ...shots.flatMap((shot) => blocksOf(b, faces[shot.face], shot)));
}

function descriptionOf(b: Blocks, { resolution, offsetSeconds = 0 }: Face): Option[] {
  const offset = offsetSeconds === 0 ? [] : [{ code: 14, value: b.u64(BigInt(offsetSeconds)) }];
  return [...(resolution === 6 ? [] : [{ code: 9, value: Uint8Array.of(resolution) }]), ...offset];
}

function blocksOf(b: Blocks, face: Face, { time, face: index, bytes, cut, note }: Shot): Uint8Array[] {
  const packet = bytes.subarray(0, cut ?? bytes.length);
  if (note === 'untimed') return [b.simple(packet, bytes.length)];
  const block = b.enhanced(packet, stampOf(face, time), optionsOf(b, note), index, bytes.length);
  return note === 'custom' ? [b.block(0xbad, b.u32(32473)), block] : [block];
}

function optionsOf(b: Blocks, note: Note): Option[] {
  if (note === 'comment') return [{ code: 1, value: text('seen') }];
  return note === 'in' || note === 'out' ? [{ code: 2, value: b.u32(note === 'in' ? 1 : 2) }] : [];
}

function stampOf({ resolution, offsetSeconds = 0 }: Face, time: number): bigint {
  const units = resolution > 0x7f ? 2n ** BigInt(resolution & 0x7f) : 10n ** BigInt(resolution);
  const nanos = BigInt(BASE_SECONDS - offsetSeconds) * 1_000_000_000n + BigInt(time);
  return (nanos * units) / 1_000_000_000n;
}

/** How a capture file comes in, and what is said of it. */
export interface Arrival {
  readonly host?: string;
  readonly file?: string;
  readonly identity?: HostIdentity | null;
  readonly interface?: string | null;
  readonly chunkBytes?: number;
  readonly pieceBytes?: number;
}

/** The file, to be read once. */
export async function inputOf(bytes: Uint8Array, arrival: Arrival = {}): Promise<CaptureInput> {
  const { host = 'A', file = `${host}/any`, identity = null, interface: said = null } = arrival;
  const pieces = Readable.from(inPieces(bytes, arrival.pieceBytes ?? bytes.length));
  const { chunkBytes = 1 << 20 } = arrival;
  const opened = await openCaptureStream(file, pieces, { chunkBytes });
  if (!opened.ok) throw new Error(`not opened: ${JSON.stringify(opened.error)}`);
  return { host, reader: opened.value, interface: said, identity };
}

function* inPieces(bytes: Uint8Array, length: number): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield Buffer.from(bytes.subarray(at, at + length));
}
