import { type Ip, ipv4 } from '../addr/ip.ts';
import { KIND_SYN } from '../decode/packet.ts';
import {
  D_FIRST,
  D_LAST,
  E_ASKED,
  E_ASKED_WIDE,
  E_ORIGINATOR_WIDE,
  E_PROBE,
  E_REQUESTS,
  ENTRY,
  type Fillable,
} from './entry.ts';
import type { Exchange, Protocol } from './exchange.ts';
import { exchangeOf } from './exchange-of.ts';
import type { Kept } from './kept.ts';
import { STRIDE } from './layout.ts';
import type { Names } from './materialise.ts';
import { PlainAcks } from './plain-acks.ts';
import type { PlainExchanges } from './plain-exchanges.ts';
import {
  D_ASKED,
  P_DST,
  P_OLDER,
  P_PROFILES,
  P_REPLY_FRAME,
  P_SRC,
  PLAIN,
  PLAIN_DOUBLES,
} from './plain-ring.ts';
import { NONE, OWN_SLOTS } from './pool.ts';
import { pairShape } from './shape.ts';
import { EXAMPLE_ACKS, EXAMPLES, MOST_EXAMPLES } from './shortcut/layout.ts';
import type { Timeline } from './timeline.ts';

/** A request, a reply and the last step of a handshake. */
const SLOTS = OWN_SLOTS + 1;

/**
 * Plain exchanges that the code of the shortcut keeps as examples: the words they had in their ring, which tell all that was
 * seen. Numbered from 0 in the order in which they were kept.
 */
export class PlainExamples implements Kept {
  private readonly plain: PlainExchanges;
  private readonly names: Names;
  private readonly timeline: Timeline;
  private readonly words: Int32Array;
  private readonly doubles: Float64Array;
  private readonly acks: PlainAcks;

  constructor(plain: PlainExchanges, names: Names, timeline: Timeline) {
    this.plain = plain;
    this.names = names;
    this.timeline = timeline;
    this.words = new Int32Array(plain.memory, EXAMPLES, MOST_EXAMPLES * PLAIN);
    this.doubles = new Float64Array(plain.memory, EXAMPLES, MOST_EXAMPLES * PLAIN_DOUBLES);
    this.acks = new PlainAcks(plain.memory, EXAMPLE_ACKS, MOST_EXAMPLES);
  }

  src(number: number): Ip {
    return ipv4(this.words[number * PLAIN + P_SRC]);
  }

  dst(number: number): Ip {
    return ipv4(this.words[number * PLAIN + P_DST]);
  }

  protocol(number: number): Protocol {
    return (this.requestKindPlace(number) & 0xff) === KIND_SYN ? 'tcp' : 'icmp';
  }

  older(number: number): number {
    return this.words[number * PLAIN + P_OLDER];
  }

  follow(number: number, older: number): void {
    this.words[number * PLAIN + P_OLDER] = older;
  }

  firstTime(number: number): number {
    return this.doubles[number * PLAIN_DOUBLES + D_ASKED];
  }

  /** `ExchangeGroup.shape`. */
  shape(number: number): number | null {
    const at = number * PLAIN;
    if (this.words[at + P_REPLY_FRAME] === 0 || this.acks.frame(number) !== 0) return null;
    return pairShape(
      this.requestKindPlace(number),
      this.plain.kindPlace(this.words[at + P_PROFILES] & 0xffff),
    );
  }

  exchange(number: number): Exchange {
    const entry = new PlainEntry();
    const at = number * PLAIN;
    entry.open(this.words[at + P_DST], this.firstTime(number));
    this.plain.fillKept(entry, this.words.subarray(at, at + PLAIN), this.acks, number);
    return exchangeOf(entry, 0, this.names, this.timeline);
  }

  private requestKindPlace(number: number): number {
    return this.plain.kindPlace(this.words[number * PLAIN + P_PROFILES] >>> 16);
  }
}

/** A closed exchange by itself, as the table would have it. */
class PlainEntry implements Fillable {
  readonly words = new Int32Array(ENTRY);
  readonly pool = {
    words: new Int32Array(SLOTS * STRIDE),
    wide: new Int32Array(0),
    times: new Float64Array(SLOTS),
    freeSlot: () => OWN_SLOTS,
  };
  private readonly doubles = new Float64Array(this.words.buffer);

  open(asked: number, time: number): void {
    this.words[E_ASKED] = asked;
    this.words[E_REQUESTS] = 1;
    this.words[E_ORIGINATOR_WIDE] = NONE;
    this.words[E_ASKED_WIDE] = NONE;
    this.words[E_PROBE] = NONE;
    this.doubles[D_FIRST] = time;
    this.doubles[D_LAST] = time;
  }

  touch(_entry: number, time: number): void {
    this.doubles[D_LAST] = time;
  }

  firstTime(): number {
    return this.doubles[D_FIRST];
  }

  lastTime(): number {
    return this.doubles[D_LAST];
  }
}
