import type { CutFrames } from '../decode/cut-frames.ts';

/** What is counted of all frames of a capture, followed or not. */
export interface Tally {
  readonly frames: number;
  readonly probes: number;
  readonly replies: number;
  readonly notDecoded: number;
  readonly cutFrames: CutFrames;
  /** One bit for each direction that frames had (`Packet.direction`), and for each kind of packet. */
  readonly directions: number;
  readonly seen: number;
  /** Whether a frame had a time stamp; then the earliest and latest of all frames follow. */
  readonly timed: boolean;
  readonly firstSeconds: number;
  readonly firstNanos: number;
  readonly lastSeconds: number;
  readonly lastNanos: number;
  /** By how much, at most, a frame's time lies before that of a frame before it; and the number of that frame, 0: there is none. */
  readonly backNs: number;
  readonly backFrame: number;
}

/** A copy that stands for itself. */
export function tallyOf(from: Tally): Tally {
  const { frames, probes, replies, notDecoded, directions, seen } = from;
  const { any, icmp, tcp, udp, six, others } = from.cutFrames;
  const { timed, firstSeconds, firstNanos, lastSeconds, lastNanos, backNs, backFrame } = from;
  const cutFrames = { any, icmp, tcp, udp, six: { ...six }, others };
  const counted = { frames, probes, replies, notDecoded, cutFrames, directions, seen };
  return { ...counted, timed, firstSeconds, firstNanos, lastSeconds, lastNanos, backNs, backFrame };
}
