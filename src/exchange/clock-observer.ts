import type { Clocks } from './clocks.ts';
import { E_FIRST, E_FLAGS, ENTRY, FLAG_AMBIGUOUS } from './entry.ts';
import { isReplyAt, isRequestAt } from './kind.ts';
import { R_HEADER, R_KIND_PLACE, R_NANOS, R_NEXT, R_SECONDS, STRIDE } from './layout.ts';
import type { Places } from './places.ts';
import { NONE } from './pool.ts';
import type { OpenTable } from './table.ts';
import type { Timeline } from './timeline.ts';

/** Takes from a closed exchange what it says of the hosts' clocks. */
export class ClockObserver {
  private readonly clocks: Clocks;
  private readonly places: Places;
  private readonly timeline: Timeline;
  /** By host: slot of its first sighting of the request and of the reply; NONE, or AGAIN where it saw several. */
  private readonly requests: Int32Array;
  private readonly replies: Int32Array;

  constructor(clocks: Clocks, places: Places, timeline: Timeline) {
    this.clocks = clocks;
    this.places = places;
    this.timeline = timeline;
    this.requests = new Int32Array(clocks.offsets.length);
    this.replies = new Int32Array(clocks.offsets.length);
  }

  exchange(table: OpenTable, entry: number): void {
    if ((table.words[entry * ENTRY + E_FLAGS] & FLAG_AMBIGUOUS) !== 0) return;
    this.collect(table, entry);
    const hosts = this.requests.length;
    for (let a = 0; a < hosts; a++) {
      for (let b = a + 1; b < hosts; b++) this.compare(table, a, b);
    }
  }

  private collect(table: OpenTable, entry: number): void {
    this.requests.fill(NONE);
    this.replies.fill(NONE);
    const pool = table.pool.words;
    for (
      let slot = table.words[entry * ENTRY + E_FIRST];
      slot !== NONE;
      slot = pool[slot * STRIDE + R_NEXT]
    ) {
      const kindPlace = pool[slot * STRIDE + R_KIND_PLACE];
      const host = this.places.hosts[kindPlace >>> 8];
      if (isRequestAt(pool, slot * STRIDE)) this.keep(this.requests, host, slot, table);
      else if (isReplyAt(pool, slot * STRIDE)) this.keep(this.replies, host, slot, table);
    }
  }

  /** A packet that was repeated says nothing: which copy is which cannot be told. */
  private keep(first: Int32Array, host: number, slot: number, table: OpenTable): void {
    const known = first[host];
    if (known === NONE) first[host] = slot;
    else if (known !== AGAIN && this.spot(table, known) === this.spot(table, slot)) first[host] = AGAIN;
  }

  private compare(table: OpenTable, a: number, b: number): void {
    const asked = this.requests[a] >= 0 && this.requests[b] >= 0;
    const answered = this.replies[a] >= 0 && this.replies[b] >= 0;
    let sender = asked ? this.sender(table, this.requests, a, b) : NONE;
    let answerer = answered ? this.sender(table, this.replies, a, b) : NONE;
    if (sender === NONE && answerer !== NONE) sender = a + b - answerer;
    if (sender === NONE && asked && answered) sender = this.longerWait(table, a, b);
    if (answerer === NONE && sender !== NONE) answerer = a + b - sender;
    if (sender === NONE) return;
    if (asked) this.observe(table, this.requests, sender, a + b - sender);
    if (answered) this.observe(table, this.replies, answerer, a + b - answerer);
  }

  /** The host the packet left, by its direction, else by its TTL, which routers count down. */
  private sender(table: OpenTable, slots: Int32Array, a: number, b: number): number {
    const [wayA, wayB] = [this.direction(table, slots[a]), this.direction(table, slots[b])];
    if (wayA === 'out' && wayB !== 'out') return a;
    if (wayB === 'out' && wayA !== 'out') return b;
    const further = this.ttl(table, slots[a]) - this.ttl(table, slots[b]);
    if (further === 0) return NONE;
    return further > 0 ? a : b;
  }

  /** The originator waits for its reply longer than the responder takes. */
  private longerWait(table: OpenTable, a: number, b: number): number {
    const waitA = this.time(table, this.replies[a]) - this.time(table, this.requests[a]);
    const waitB = this.time(table, this.replies[b]) - this.time(table, this.requests[b]);
    return waitA >= waitB ? a : b;
  }

  private observe(table: OpenTable, slots: Int32Array, from: number, to: number): void {
    this.clocks.observe(from, to, this.time(table, slots[from]), this.time(table, slots[to]));
  }

  /** On the host's own clock, had it never been set. */
  private time(table: OpenTable, slot: number): number {
    const { words, times } = table.pool;
    const at = slot * STRIDE;
    const own = this.timeline.nanosOf(words[at + R_SECONDS] >>> 0, words[at + R_NANOS]);
    if (!this.clocks.settings.some) return own;
    return this.clocks.unset(this.places.hosts[words[at + R_KIND_PLACE] >>> 8], own, times[slot]);
  }

  private direction(table: OpenTable, slot: number): string {
    return this.places.list[table.pool.words[slot * STRIDE + R_KIND_PLACE] >>> 8].direction;
  }

  private spot(table: OpenTable, slot: number): number {
    return this.places.spots[table.pool.words[slot * STRIDE + R_KIND_PLACE] >>> 8];
  }

  private ttl(table: OpenTable, slot: number): number {
    return (table.pool.words[slot * STRIDE + R_HEADER] >>> 8) & 0xff;
  }
}

const AGAIN = -2;
