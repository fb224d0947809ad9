import type { Family } from '../../addr/ip.ts';
import { type Route, type RouteType, TABLE_MAIN } from '../host-state.ts';
import { takeDestination } from './ip-route-values.ts';
import { readRouteWord } from './ip-route-words.ts';
import { Lines } from './lines.ts';
import { RouteDraft } from './route-draft.ts';
import { familiesOf, firstFamily } from './route-family.ts';
import { lineNotUnderstood, type Reading, spanIn } from './section.ts';
import type { Told } from './told.ts';

const EXPECTED = '[TYPE] DESTINATION [via GATEWAY] [dev DEVICE] ...';

/** By the numbers of rtnetlink (RTN_UNICAST and so on), which `ip -N` prints. */
const TYPES: readonly RouteType[] = [
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
];

const TYPE_BY_WORD = new Map(
  TYPES.flatMap((type, i) => [[type, type] as const, [String(i + 1), type] as const]),
);

export function routeType(word: string): RouteType | undefined {
  return TYPE_BY_WORD.get(word);
}

/** `ip route`, of one table or `show table all`, either family (iproute2, ip/iproute.c print_route). */
export function readRoutes(reading: Reading): Told {
  return new RouteReader(reading).read();
}

class RouteReader {
  readonly #reading: Reading;
  readonly #lines: Lines;
  readonly #draft = new RouteDraft();
  readonly #routes: Route[] = [];
  readonly #namedTable: number;
  #family: Family | null = null;
  /** Offsets of the route being read; -1: none, or one whose first line was not understood. */
  #start = -1;
  #end = -1;
  /** `table` words are printed only where no single table was asked for. */
  #sawTable: boolean;

  constructor(reading: Reading) {
    const { hint } = reading.section;
    this.#reading = reading;
    this.#lines = new Lines(reading.section);
    this.#sawTable = hint.table === 'all';
    this.#namedTable = hint.table && hint.table !== 'all' ? reading.tables.numberOf(hint.table) : TABLE_MAIN;
  }

  read(): Told {
    const lines = this.#lines;
    while (lines.next()) {
      const first = lines.word();
      if (first === 'nexthop') this.#continue();
      else if (first === 'nh_info') this.#passOverObject();
      else if (first !== 'cache') this.#begin(first);
    }
    this.#finish();
    const { section } = this.#reading;
    const table = this.#sawTable ? 'all' : this.#namedTable;
    const families = familiesOf(this.#routes, this.#reading, table === 'all');
    const span = spanIn(section, section.start, section.end);
    return { routes: { families, table, routes: this.#routes, span } };
  }

  #begin(first: string): void {
    this.#finish();
    const draft = this.#draft;
    draft.clear(this.#namedTable);
    let word = first;
    const type = routeType(word);
    if (type) {
      draft.type = type;
      word = this.#lines.word();
    }
    this.#start = this.#lines.start;
    this.#end = this.#lines.end;
    if (!takeDestination(draft, word) || !this.#readWords()) this.#refuse();
  }

  /** A line `nexthop via ... dev ... weight ...` below its route. */
  #continue(): void {
    const refused = this.#start < 0 && this.#end >= 0;
    if (refused) return;
    this.#draft.startHop();
    if (this.#start < 0 || !this.#readWords()) this.#refuse();
    else this.#end = this.#lines.end;
  }

  /** `ip -d` adds the nexthop object's own words below the route; `ip -o -d` lets next hops follow on that line. */
  #passOverObject(): void {
    let word = this.#lines.word();
    while (word !== '' && word !== 'nexthop') word = this.#lines.word();
    if (word !== '') this.#continue();
  }

  /** The rest of the line; false when a value is missing or wrong. */
  #readWords(): boolean {
    const lines = this.#lines;
    for (let word = lines.word(); word !== ''; word = lines.word()) {
      if (word === 'table') {
        this.#sawTable = true;
        this.#draft.table = this.#reading.tables.numberOf(lines.word());
      } else if (!readRouteWord(this.#reading, this.#draft, lines, word)) return false;
    }
    return true;
  }

  /** Drops the route; its continuation lines are then passed over in silence. */
  #refuse(): void {
    lineNotUnderstood(this.#reading, this.#lines.span, EXPECTED);
    this.#start = -1;
    this.#end = this.#lines.end;
  }

  #finish(): void {
    if (this.#start < 0) return;
    const span = spanIn(this.#reading.section, this.#start, this.#end);
    this.#family = this.#draft.family ?? this.#family ?? firstFamily(this.#reading.section, this.#end);
    this.#routes.push(this.#draft.toRoute(this.#family, span));
    this.#start = this.#end = -1;
  }
}
