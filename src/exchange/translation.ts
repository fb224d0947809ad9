import type { HostIdentity } from '../addr/identity.ts';
import {
  E_ASKED,
  E_ASKED_WIDE,
  E_DATA_HASH,
  E_DATA_LENGTH,
  E_FLAGS,
  E_ID,
  E_ORIGINATOR,
  E_ORIGINATOR_WIDE,
  E_PROBE,
  E_REQUESTS,
  E_SEQ,
  ENTRY,
  FLAG_APART,
  FLAG_RETRANSMITTED,
} from './entry.ts';
import { PROTOCOL_ICMP, PROTOCOL_TCP, PROTOCOL_UDP } from './key.ts';
import { R_SRC, STRIDE } from './layout.ts';
import { LEG_HOSTS, Leg, lengthOf, portsOf } from './leg.ts';
import { OwnWords } from './own-words.ts';
import type { Places } from './places.ts';
import { NONE } from './pool.ts';
import type { OpenTable } from './table.ts';

/** Exchanges looked at for one that closes; many that are alike are no identity. */
const ALIKE_LIMIT = 32;
/** An echo request is under way no longer; SYNs and datagrams are repeated, and the first may have been lost before. */
const ECHO_UNDER_WAY_NS = 1e9;
/** By how much the clocks of two hosts may still be wrong against each other after correction. */
const CLOCK_SLACK_NS = 100e6;

/**
 * Joins what two hosts saw of one request under different addresses: a box between them translated it. Tried when an
 * exchange is about to close, so after the exact join has failed; only where exactly one other fits it, and it exactly
 * one. What a box keeps: a SYN's sequence number and timestamp, the data of an echo request or datagram, their length,
 * and the ports (or the identifier) at the end whose address it does not change.
 */
export class Translation {
  private readonly table: OpenTable;
  private readonly places: Places;
  private readonly windowNs: number;
  private readonly one = new Leg();
  private readonly other = new Leg();
  private readonly own: OwnWords;

  constructor(table: OpenTable, places: Places, windowNs: number, identities: readonly HostIdentity[]) {
    this.table = table;
    this.places = places;
    this.windowNs = windowNs;
    this.own = new OwnWords(identities);
  }

  /** True: the exchange went into the other, which is still open, and is void. */
  join(entry: number): boolean {
    const partner = this.partnerOf(entry);
    if (partner === NONE) return false;
    if (this.partnerOf(partner) !== entry) {
      this.keepApart(partner);
      return false;
    }
    this.table.disown(entry);
    this.table.disown(partner);
    this.legsOf(entry, partner);
    const { words } = this.table;
    const before = this.leadsTo(this.one, this.other, words[entry * ENTRY + E_ID] >>> 16);
    const slot = before ? this.one.slot : this.other.slot;
    this.table.absorb(entry, partner, before);
    words[partner * ENTRY + E_PROBE] = slot;
    return true;
  }

  /** The only exchange that may be the same request; NONE where there is none, or more than one. */
  private partnerOf(entry: number): number {
    const { table } = this;
    let found = NONE;
    let steps = ALIKE_LIMIT;
    for (let other = table.firstAlike(entry); other !== NONE; other = table.nextAlike(other)) {
      if (--steps < 0) return NONE;
      if (other === entry || !this.sameRequest(entry, other) || !this.fits(entry, other)) continue;
      if (found !== NONE) return NONE;
      found = other;
    }
    return found;
  }

  /** The same in all that translation leaves, and under other addresses. */
  private sameRequest(a: number, b: number): boolean {
    const { words } = this.table;
    const [one, other] = [a * ENTRY, b * ENTRY];
    if (words[one + E_REQUESTS] === 0 || words[other + E_REQUESTS] === 0) return false;
    if (words[one + E_PROBE] !== NONE || words[other + E_PROBE] !== NONE) return false;
    const protocol = words[one + E_ID] >>> 16;
    if (protocol !== words[other + E_ID] >>> 16) return false;
    if ((words[one + E_ASKED_WIDE] === NONE) !== (words[other + E_ASKED_WIDE] === NONE)) return false;
    if (protocol !== PROTOCOL_UDP && words[one + E_SEQ] !== words[other + E_SEQ]) return false;
    return this.sameData(one, other, protocol) && !this.sameEnds(a, b);
  }

  private sameData(one: number, other: number, protocol: number): boolean {
    const { words } = this.table;
    const [a, b] = [words[one + E_DATA_LENGTH], words[other + E_DATA_LENGTH]];
    // Of a SYN this is the timestamp; a box may take the option out, or a snap length may have cut it off.
    if (protocol === PROTOCOL_TCP) return a === b || a === 0 || b === 0 || this.isLater(one, other);
    return a === b && a >>> 16 > 0 && words[one + E_DATA_HASH] === words[other + E_DATA_HASH];
  }

  /** Of a SYN that was repeated the hosts may have seen different copies first, each with its own timestamp, mostly in ms. */
  private isLater(one: number, other: number): boolean {
    const { words } = this.table;
    if (((words[one + E_FLAGS] | words[other + E_FLAGS]) & FLAG_RETRANSMITTED) === 0) return false;
    const apart = (words[one + E_DATA_LENGTH] - words[other + E_DATA_LENGTH]) | 0;
    return Math.abs(apart) <= this.windowNs / 1e6;
  }

  private sameEnds(a: number, b: number): boolean {
    return this.sameSource(a, b) && this.sameDestination(a, b);
  }

  private sameSource(a: number, b: number): boolean {
    return this.sameAddress(a, b, E_ORIGINATOR, E_ORIGINATOR_WIDE);
  }

  private sameDestination(a: number, b: number): boolean {
    return this.sameAddress(a, b, E_ASKED, E_ASKED_WIDE);
  }

  private sameAddress(a: number, b: number, word: number, wide: number): boolean {
    const { words, pool } = this.table;
    if (words[a * ENTRY + word] !== words[b * ENTRY + word]) return false;
    const [one, other] = [words[a * ENTRY + wide], words[b * ENTRY + wide]];
    if (one === NONE || other === NONE) return one === other;
    for (let i = 0; i < 4; i++) if (pool.wide[one + i] !== pool.wide[other + i]) return false;
    return true;
  }

  /** Seen in an order and in directions that translation on the way explains, with the ports that it would have kept. */
  private fits(a: number, b: number): boolean {
    if (this.places.hostNames.length > LEG_HOSTS) return false;
    this.legsOf(a, b);
    const { one, other } = this;
    if (lengthOf(this.table, one) !== lengthOf(this.table, other)) return false;
    const protocol = this.table.words[a * ENTRY + E_ID] >>> 16;
    const forth = this.leadsTo(one, other, protocol);
    const back = this.leadsTo(other, one, protocol);
    return (
      forth !== back && this.keepsPorts(a, b, protocol) && !this.mustStayApart(a) && !this.mustStayApart(b)
    );
  }

  private legsOf(a: number, b: number): void {
    this.one.of(this.table, a, this.places);
    this.other.of(this.table, b, this.places);
  }

  /** Whether the one may be what came before the box, and the other what came behind it. */
  private leadsTo(before: Leg, behind: Leg, protocol: number): boolean {
    const apart = behind.firstNs - before.firstNs;
    const longest = protocol === PROTOCOL_ICMP ? ECHO_UNDER_WAY_NS : this.windowNs;
    if (apart < -CLOCK_SLACK_NS || apart > longest || behind.mostTtl > before.mostTtl) return false;
    const box = (before.hosts & behind.hosts) | this.unseenBox(before, behind);
    // A box of which there is a capture takes it in under the one address and sends it out under the other.
    if ((box & (before.out | before.unknown | behind.in | behind.unknown)) !== 0) return false;
    // Whoever else received it before the box has passed it on; whoever sent it behind the box had received it there.
    if ((before.in & ~(before.out | box)) !== 0 || (behind.out & ~(behind.in | box)) !== 0) return false;
    if (box !== 0 || (before.out !== 0 && behind.in !== 0)) return true;
    // Without directions only the hops counted down tell that it went this way.
    const told = (before.out !== 0 || before.unknown !== 0) && (behind.in !== 0 || behind.unknown !== 0);
    return told && behind.mostTtl < before.leastTtl;
  }

  /** The host that took it in and bears the address it has behind the box: it sent it on, although its capture lacks that. */
  private unseenBox(before: Leg, behind: Leg): number {
    const [source, changed] = [this.sourceOf(before), this.sourceOf(behind)];
    const entered = before.in & ~before.out;
    if (source === changed || entered === 0) return 0;
    const { hostNames } = this.places;
    return hostNames.reduce(
      (box, name, host) => (this.own.has(name, changed) ? box | (entered & (1 << host)) : box),
      0,
    );
  }

  private sourceOf({ slot }: Leg): number {
    return this.table.pool.words[slot * STRIDE + R_SRC];
  }

  /** A box that changes one address keeps the port (or identifier) at the other end. */
  private keepsPorts(a: number, b: number, protocol: number): boolean {
    const [x, y] = [portsOf(this.table, this.one), portsOf(this.table, this.other)];
    const [sourceKept, destinationKept] = [x >>> 16 === y >>> 16, (x & 0xffff) === (y & 0xffff)];
    if (this.sameSource(a, b)) return sourceKept;
    if (this.sameDestination(a, b)) return destinationKept;
    const { words } = this.table;
    if (protocol === PROTOCOL_TCP)
      return sourceKept || (destinationKept && words[a * ENTRY + E_DATA_LENGTH] !== 0);
    return sourceKept && !this.hasPlainData(a);
  }

  /** The request before or after it has the same data: it is a pattern and tells nothing. */
  private hasPlainData(entry: number): boolean {
    const { table } = this;
    const protocol = table.words[entry * ENTRY + E_ID] >>> 16;
    if (protocol === PROTOCOL_UDP) return false;
    const seq = table.words[entry * ENTRY + E_SEQ];
    const around = [table.alikeAt(entry, seq - 1), table.alikeAt(entry, seq + 1)].filter(
      (one) => one !== NONE,
    );
    for (const one of around) this.keepApart(one);
    return around.length > 0;
  }

  private mustStayApart(entry: number): boolean {
    return (this.table.words[entry * ENTRY + E_FLAGS] & FLAG_APART) !== 0;
  }

  /** What it was compared with may have left the table when its own turn comes. */
  private keepApart(entry: number): void {
    this.table.words[entry * ENTRY + E_FLAGS] |= FLAG_APART;
  }
}
