import type { HostIdentity, InterfaceIdentity } from '../addr/identity.ts';
import type { Ip } from '../addr/ip.ts';
import { type Mac, macFromWords } from '../addr/mac.ts';
import { contains } from '../addr/prefix.ts';
import type { Packet } from '../decode/packet.ts';

/** Asks a host's identity about the addresses of a packet. Slow compared with the walk: ask once per kind of frame. */
export class HostAddresses {
  readonly interfaces: readonly InterfaceIdentity[];
  readonly knowsMacs: boolean;
  /** Neighbours that the capture itself shows: hardware address to the interface whose network they speak from. */
  private readonly learnt = new Map<Mac, string>();

  constructor(identity: HostIdentity) {
    this.interfaces = identity.interfaces;
    this.knowsMacs = identity.interfaces.some((one) => realMac(one.mac));
  }

  bearingSource(packet: Packet): InterfaceIdentity | undefined {
    return this.bearing(packet.family, packet.src0, packet.src1, packet.src2, packet.src3);
  }

  bearingDestination(packet: Packet): InterfaceIdentity | undefined {
    return this.bearing(packet.family, packet.dst0, packet.dst1, packet.dst2, packet.dst3);
  }

  /** Interfaces with this hardware address: several on bonds, bridges and VLANs. */
  withMac(high: number, low: number): readonly InterfaceIdentity[] {
    if (high === 0 && low === 0) return [];
    const mac = macFromWords(high, low);
    return this.interfaces.filter((one) => one.mac === mac);
  }

  /** The one interface behind which a neighbour with this hardware address is known. */
  towards(high: number, low: number): string | undefined {
    if (high === 0 && low === 0) return undefined;
    const mac = macFromWords(high, low);
    const behind = this.interfaces.filter((one) => one.neighbours.includes(mac));
    return behind.length === 1 ? behind[0].name : this.learnt.get(mac);
  }

  /** An ARP packet tells on which interface its sender is, if its address lies in the network of exactly one. */
  learn(packet: Packet): void {
    const sender: Ip = { family: 4, w0: packet.src0, w1: 0, w2: 0, w3: 0 };
    const near = this.interfaces.filter((one) =>
      one.addresses.some((prefix) => prefix.length < 32 && contains(prefix, sender)),
    );
    if (near.length === 1 && this.learnt.size < LEARNT_LIMIT) {
      this.learnt.set(macFromWords(packet.macSrcHigh, packet.macSrcLow), near[0].name);
    }
  }

  private bearing(family: number, w0: number, w1: number, w2: number, w3: number) {
    const wanted = family === 6 ? 6 : 4;
    return this.interfaces.find((one) =>
      one.addresses.some(
        ({ address }) =>
          address.family === wanted &&
          address.w0 === w0 &&
          (wanted === 4 || (address.w1 === w1 && address.w2 === w2 && address.w3 === w3)),
      ),
    );
  }
}

const LEARNT_LIMIT = 4096;

function realMac(mac: Mac | null): boolean {
  return mac !== null && mac !== '00:00:00:00:00:00';
}
