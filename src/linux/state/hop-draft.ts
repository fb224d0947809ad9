import type { Ip } from '../../addr/ip.ts';
import type { NextHop } from '../host-state.ts';

/** A next hop while its words are read. */
export class HopDraft {
  device: string | null = null;
  gateway: Ip | null = null;
  weight = 1;
  onlink = false;
  dead = false;
  linkdown = false;

  clear(): void {
    this.device = this.gateway = null;
    this.weight = 1;
    this.onlink = this.dead = this.linkdown = false;
  }

  /** Whether it says where to go; flags alone belong to the route. */
  isNamed(): boolean {
    return this.device !== null || this.gateway !== null;
  }

  /** Whether device and gateway are all there is to it. */
  isPlain(): boolean {
    return this.weight === 1 && !this.onlink && !this.dead && !this.linkdown;
  }

  toNextHop(): NextHop {
    const { device, gateway, weight, onlink, dead, linkdown } = this;
    return { device, gateway, weight, onlink, dead, linkdown };
  }
}
