import { type Ip, parseIp } from '../../addr/ip.ts';
import type { NextHop } from '../host-state.ts';
import type { HopDraft } from './hop-draft.ts';

/** A million routes share a few gateways; a hostile file may not make us remember them all. */
const MOST = 65536;

const FROM_NOWHERE = {};

/** What many routes of a listing have in common, held once: words, gateways, whole next hops. */
export class Shared {
  readonly #words = new Map<string, string>();
  readonly #addresses = new Map<string, Ip>();
  readonly #hops = new Map<object, Map<string | null, readonly NextHop[]>>();

  word(text: string): string {
    const known = this.#words.get(text);
    if (known !== undefined) return known;
    if (this.#words.size < MOST) this.#words.set(text, text);
    return text;
  }

  address(text: string): Ip | undefined {
    const known = this.#addresses.get(text);
    if (known) return known;
    const address = parseIp(text);
    if (address && this.#addresses.size < MOST) this.#addresses.set(text, address);
    return address;
  }

  /** The list of one next hop. */
  single(hop: HopDraft): readonly NextHop[] {
    if (!hop.isPlain()) return [hop.toNextHop()];
    const gateway = hop.gateway ?? FROM_NOWHERE;
    let byDevice = this.#hops.get(gateway);
    if (!byDevice) {
      byDevice = new Map();
      if (this.#hops.size < MOST) this.#hops.set(gateway, byDevice);
    }
    let hops = byDevice.get(hop.device);
    if (!hops) {
      hops = [hop.toNextHop()];
      if (byDevice.size < MOST) byDevice.set(hop.device, hops);
    }
    return hops;
  }
}
