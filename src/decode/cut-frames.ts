import type { Family } from '../addr/ip.ts';
import { KIND_ECHO_REQUEST, KIND_ICMP_ERROR, KIND_NONE, KIND_SYN, type Packet } from './packet.ts';
import {
  LAYER_ARP,
  LAYER_ICMP,
  LAYER_ICMPV6,
  LAYER_IPV6,
  LAYER_QUOTED,
  LAYER_TCP,
  LAYER_UDP,
  LENGTH_FROM_SNAP,
  STOP_SHORT,
} from './stop.ts';

/** Frames that the snap length cut before it can be told what they are, by what they may be. */
export interface CutFrames {
  /** In front of the transport header: they may be anything. */
  readonly any: number;
  readonly icmp: number;
  readonly tcp: number;
  readonly udp: number;
  /** So many of these are known to be of IPv6. */
  readonly six: CutOfFamily;
  /** Questions for link-layer addresses, and errors whose packet quoted is missing. */
  readonly others: number;
}

type CutOfFamily = Readonly<Record<'any' | 'icmp' | 'tcp' | 'udp', number>>;

export class CutFrameCounts implements CutFrames {
  any = 0;
  icmp = 0;
  tcp = 0;
  udp = 0;
  readonly six = { any: 0, icmp: 0, tcp: 0, udp: 0 };
  others = 0;

  /** @param kinds 1 for each packet kind that is of use at all */
  count({ kind, family, stopReason, stopLengthFrom, stopLayer }: Packet, kinds: Uint8Array): void {
    if (stopReason !== STOP_SHORT || stopLengthFrom !== LENGTH_FROM_SNAP) return;
    if (kind === KIND_ICMP_ERROR && stopLayer === LAYER_QUOTED) this.others++;
    if (kind !== KIND_NONE) return;
    const six = family === 6 || stopLayer === LAYER_IPV6 ? 1 : 0;
    if (stopLayer === LAYER_TCP) this.add('tcp', six, kinds[KIND_SYN]);
    else if (stopLayer === LAYER_ICMP || stopLayer === LAYER_ICMPV6)
      this.add('icmp', six, kinds[KIND_ECHO_REQUEST]);
    else if (stopLayer === LAYER_UDP) this.add('udp', six, 1);
    else if (stopLayer === LAYER_ARP) this.others++;
    else this.add('any', six, 1);
  }

  private add(what: keyof CutOfFamily, six: number, frames: number): void {
    this[what] += frames;
    this.six[what] += six * frames;
  }
}

/** Of those, the frames that may be of the family and protocol. */
export function cutOf(cut: CutFrames, family: Family, protocol: keyof CutOfFamily): number {
  const frames = cut.any + cut[protocol];
  return family === 6 ? frames : frames - cut.six.any - cut.six[protocol];
}

export function cutInAll({ any, icmp, tcp, udp, others }: CutFrames): number {
  return any + icmp + tcp + udp + others;
}
