import { KIND_ECHO_REQUEST, KIND_ICMP_ERROR, KIND_NONE, KIND_SYN, type Packet } from './packet.ts';
import {
  LAYER_ARP,
  LAYER_ICMP,
  LAYER_ICMPV6,
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
  /** Questions for link-layer addresses, and errors whose packet quoted is missing. */
  readonly others: number;
}

export class CutFrameCounts implements CutFrames {
  any = 0;
  icmp = 0;
  tcp = 0;
  udp = 0;
  others = 0;

  /** @param kinds 1 for each packet kind that is of use at all */
  count({ kind, stopReason, stopLengthFrom, stopLayer }: Packet, kinds: Uint8Array): void {
    if (stopReason !== STOP_SHORT || stopLengthFrom !== LENGTH_FROM_SNAP) return;
    if (kind === KIND_ICMP_ERROR && stopLayer === LAYER_QUOTED) this.others++;
    if (kind !== KIND_NONE) return;
    if (stopLayer === LAYER_TCP) this.tcp += kinds[KIND_SYN];
    else if (stopLayer === LAYER_ICMP || stopLayer === LAYER_ICMPV6) this.icmp += kinds[KIND_ECHO_REQUEST];
    else if (stopLayer === LAYER_UDP) this.udp++;
    else if (stopLayer === LAYER_ARP) this.others++;
    else this.any++;
  }
}

export function cutInAll({ any, icmp, tcp, udp, others }: CutFrames): number {
  return any + icmp + tcp + udp + others;
}
