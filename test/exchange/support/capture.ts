import type { HostIdentity } from '../../../src/addr/identity.ts';
import { type CaptureFacts, type FrameSink, FrameView } from '../../../src/capture/frame.ts';
import type { CaptureInput, FrameSource } from '../../../src/exchange/options.ts';
import {
  ethernet,
  LINKTYPE_ETHERNET,
  LINKTYPE_LINUX_SLL,
  LINKTYPE_LINUX_SLL2,
  sll,
  sll2,
  type Way,
} from './link.ts';

export const BASE_SECONDS = 1_700_000_000;

interface Seen {
  /** Nanoseconds since BASE_SECONDS. */
  readonly time: number;
  readonly bytes: Buffer;
}

/** A capture written down as a script: what was seen, when, where. Link type LINUX_SLL2 unless a method says otherwise. */
export class ScriptedCapture {
  readonly host: string;
  readonly file: string;
  readonly frames: Seen[] = [];
  private linkType = LINKTYPE_LINUX_SLL2;

  constructor(host: string, file = `${host}/any.pcap`) {
    this.host = host;
    this.file = file;
  }

  /** @param ms milliseconds since the scene began; interfaces by ifindex */
  see(ms: number, index: number, way: Way, packet: Buffer, mac?: number): this {
    return this.add(ms, sll2(packet, index, way, mac));
  }

  /** LINUX_SLL: direction and sender, no interface. */
  seeSll(ms: number, way: 'in' | 'out', packet: Buffer, mac: number): this {
    this.linkType = LINKTYPE_LINUX_SLL;
    return this.add(ms, sll(packet, way, mac));
  }

  seeEthernet(ms: number, srcMac: number, dstMac: number, packet: Buffer): this {
    this.linkType = LINKTYPE_ETHERNET;
    return this.add(ms, ethernet(packet, srcMac, dstMac));
  }

  /** The same frames on a clock that is wrong by so many seconds. */
  shifted(seconds: number): ScriptedCapture {
    const other = new ScriptedCapture(this.host, this.file);
    other.linkType = this.linkType;
    for (const { time, bytes } of this.frames) other.frames.push({ time: time + seconds * 1e9, bytes });
    return other;
  }

  /** The frames from `start` to before `end` as a file of their own. */
  part(file: string, start: number, end?: number): ScriptedCapture {
    const other = new ScriptedCapture(this.host, file);
    other.linkType = this.linkType;
    other.frames.push(...this.frames.slice(start, end));
    return other;
  }

  input(options: { chunkFrames?: number; interface?: string; identity?: HostIdentity } = {}): CaptureInput {
    const reader = new ScriptedSource(this.frames, this.file, this.linkType, options.chunkFrames ?? 1000);
    return {
      host: this.host,
      reader,
      interface: options.interface ?? null,
      identity: options.identity ?? null,
    };
  }

  private add(ms: number, bytes: Buffer): this {
    this.frames.push({ time: Math.round(ms * 1e6), bytes });
    return this;
  }
}

class ScriptedSource implements FrameSource {
  private readonly frames: readonly Seen[];
  private readonly file: string;
  private readonly linkType: number;
  private readonly chunkFrames: number;
  private at = 0;

  constructor(frames: readonly Seen[], file: string, linkType: number, chunkFrames: number) {
    this.frames = frames;
    this.file = file;
    this.linkType = linkType;
    this.chunkFrames = chunkFrames;
  }

  async next(sink: FrameSink): Promise<boolean> {
    if (this.at >= this.frames.length) return false;
    const end = Math.min(this.at + this.chunkFrames, this.frames.length);
    for (; this.at < end; this.at++) sink.frame(this.viewOf(this.frames[this.at], this.at + 1));
    return true;
  }

  facts(): CaptureFacts {
    const one = { id: 0, name: null, description: null, filter: null, snapLength: 262144, resolutionNs: 1 };
    return {
      file: this.file,
      format: 'pcap',
      byteOrder: 'little',
      compression: 'none',
      interfaces: [{ ...one, linkType: this.linkType }],
      frames: this.at,
      comments: [],
      dropped: null,
      damage: [],
    };
  }

  private viewOf({ time, bytes }: Seen, number: number): FrameView {
    const view = new FrameView();
    view.bytes = bytes;
    view.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    view.capturedLength = bytes.length;
    view.originalLength = bytes.length;
    view.linkType = this.linkType;
    view.seconds = BASE_SECONDS + Math.floor(time / 1e9);
    view.nanos = time - Math.floor(time / 1e9) * 1e9;
    view.number = number;
    return view;
  }
}
