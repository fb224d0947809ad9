import type { Family } from '../../addr/ip.ts';
import type { Span } from '../../addr/source.ts';
import type { Gap, Route, RouteType } from '../host-state.ts';
import { takeDestination } from './ip-route-values.ts';
import { readRouteWord } from './ip-route-words.ts';
import { Lines } from './lines.ts';
import { RouteDraft } from './route-draft.ts';
import { familiesOf, familyOf, type TableAsked, tableAsked, tablesOf } from './route-family.ts';
import { lineNotUnderstood, type Reading, spanIn } from './section.ts';
import type { Told } from './told.ts';

/** A hostile file may not make each lookup walk a million of them. */
const MOST_GAPS = 100;

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

/** What `ip` says where there is no such table. */
function isRemark(first: string, lines: Lines): boolean {
  return first === '[' || /FIB table does not exist|^Dump terminated$/.test(lines.text);
}

/** The table that a line names after what was not understood of it. */
function tableIn(reading: Reading, { source, start, end }: Span): number | undefined {
  const match = /\stable (\S+)/.exec(source.text.slice(start, end));
  return match ? reading.tables.numberOf(match[1]) : undefined;
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
  readonly #gaps: Gap[] = [];
  readonly #asked: TableAsked;
  #family: Family | null = null;
  /** Offsets of the route being read; -1: none, or one whose first line was not understood. */
  #start = -1;
  #end = -1;
  /** `table` words are printed only where no single table was asked for. */
  #sawTable: boolean;

  constructor(reading: Reading) {
    this.#reading = reading;
    this.#lines = new Lines(reading.section);
    this.#asked = tableAsked(reading);
    this.#sawTable = this.#asked.all;
  }

  read(): Told {
    const lines = this.#lines;
    while (lines.next()) {
      const first = lines.word();
      if (first === 'nexthop') this.#continue();
      else if (first === 'nh_info') this.#passOverObject();
      else if (first === 'cache') this.#forget();
      else if (!isRemark(first, lines)) this.#begin(first);
    }
    this.#finish();
    const { section } = this.#reading;
    const routes = this.#routes;
    const all = this.#sawTable || (this.#asked.perhapsAll && routes.length === 0);
    const span = spanIn(section, section.start, section.end);
    const listing = {
      families: familiesOf(routes, this.#reading, all),
      table: all ? ('all' as const) : this.#asked.table,
      routes,
      gaps: this.#gaps,
      limited: section.hint.limited,
      span,
    };
    return { routes: tablesOf(listing, this.#asked) };
  }

  #begin(first: string): void {
    this.#finish();
    const draft = this.#draft;
    draft.clear(this.#asked.table);
    let word = first;
    const type = routeType(word);
    if (type) {
      draft.type = type;
      word = this.#lines.word();
    }
    this.#start = this.#lines.start;
    this.#end = this.#lines.end;
    if (!takeDestination(draft, word)) this.#refuse(false);
    else if (!this.#readWords()) this.#refuse(true);
  }

  /** A line `nexthop via ... dev ... weight ...` below its route. */
  #continue(): void {
    const refused = this.#start < 0 && this.#end >= 0;
    if (refused) return;
    this.#draft.startHop();
    if (this.#start < 0 || !this.#readWords()) this.#refuse(this.#start >= 0);
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
  #refuse(hasDestination: boolean, span = this.#lines.span): void {
    lineNotUnderstood(this.#reading, span, EXPECTED);
    this.#draft.table = tableIn(this.#reading, span) ?? this.#draft.table;
    const family = this.#familyOf(span.end);
    if (this.#gaps.length < MOST_GAPS) this.#gaps.push(this.#draft.toGap(family, hasDestination, span));
    this.#start = -1;
    this.#end = this.#lines.end;
  }

  /** A line `cache` below a route: it is what one destination is sent by for a while, not a route of the table. */
  #forget(): void {
    this.#start = this.#end = -1;
  }

  #finish(): void {
    if (this.#start < 0) return;
    const span = spanIn(this.#reading.section, this.#start, this.#end);
    this.#family = this.#familyOf(this.#end);
    if (this.#draft.leadsNowhere()) this.#refuse(true, span);
    else this.#routes.push(this.#draft.toRoute(this.#family, span));
    this.#start = this.#end = -1;
  }

  #familyOf(end: number): Family {
    return familyOf(this.#draft, this.#family, this.#reading.section, end);
  }
}
