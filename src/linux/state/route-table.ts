import { parseIp } from '../../addr/ip.ts';
import { maskLength, type Prefix, parsePrefix } from '../../addr/prefix.ts';
import { type NextHop, type Route, type RouteType, TABLE_MAIN } from '../host-state.ts';
import { Lines } from './lines.ts';
import { wholeNumber } from './names.ts';
import { lineNotUnderstood, type Reading, spanIn } from './section.ts';
import type { Told } from './told.ts';

const EXPECTED = 'a row under the columns Destination, Gateway, Genmask, Iface';

type Column = 'destination' | 'gateway' | 'genmask' | 'flags' | 'metric' | 'iface' | 'mss';

/** Headings in use: `route -n`, `netstat -rn`, and tables written by hand. */
const HEADINGS = new Map<string, Column>([
  ['destination', 'destination'],
  ['gateway', 'gateway'],
  ['genmask', 'genmask'],
  ['netmask', 'genmask'],
  ['mask', 'genmask'],
  ['flags', 'flags'],
  ['metric', 'metric'],
  ['iface', 'iface'],
  ['interface', 'iface'],
  ['mss', 'mss'],
]);

const SCOPE_LINK = 253;

/**
 * `route -n` and `netstat -rn` (net-tools, lib/inet_gr.c rprint_fib), and the same columns, at least the four of
 * `EXPECTED`, as a markdown table or words in columns. Their order is that of the header. All list table main, IPv4 only.
 */
export function readRouteTable(reading: Reading): Told {
  const routes: Route[] = [];
  const lines = new Lines(reading.section);
  let columns: ReadonlyMap<Column, number> | undefined;
  while (lines.next()) {
    const cells = cellsOf(lines.text);
    const header = columnsOf(cells);
    if (header) columns = header;
    else if (!isDecoration(lines.text)) {
      const route = columns && routeOf(cells, columns, lines);
      if (route) routes.push(route);
      else lineNotUnderstood(reading, lines.span, EXPECTED);
    }
  }
  const span = spanIn(reading.section, reading.section.start, reading.section.end);
  const nothing = routes.length === 0 && reading.problems.length > 0;
  return {
    routes: {
      families: new Set(nothing ? [] : [4]),
      table: TABLE_MAIN,
      routes,
      gaps: [],
      limited: false,
      span,
    },
  };
}

/** Cells between bars, or words. Backquotes and emphasis of markdown are taken off. */
function cellsOf(text: string): string[] {
  if (!text.includes('|')) return text.split(/\s+/);
  const inner = text.replace(/^\|/, '').replace(/\|$/, '');
  return inner.split('|').map((cell) => cell.trim().replace(/^[`*]+|[`*]+$/g, ''));
}

/** A heading may begin with the host's name: `ServerB: Destination`. */
function columnsOf(cells: readonly string[]): ReadonlyMap<Column, number> | undefined {
  const columns = new Map<Column, number>();
  for (const [i, cell] of cells.entries()) {
    const column = HEADINGS.get(cell.toLowerCase().replace(/^[^:]*:\s*/, ''));
    if (column && !columns.has(column)) columns.set(column, i);
  }
  return columns.has('destination') && columns.has('gateway') && columns.has('iface') ? columns : undefined;
}

/** The title line, the rule below a markdown header, and headings and prose between tables. */
function isDecoration(text: string): boolean {
  return /^Kernel IP routing table|^[|:\- ]+$|^#/.test(text);
}

function routeOf(
  cells: readonly string[],
  columns: ReadonlyMap<Column, number>,
  lines: Lines,
): Route | undefined {
  const cell = (column: Column) => cells[columns.get(column) ?? -1] ?? '';
  const destination = destinationOf(cell('destination'), cell('genmask'));
  const gateway = parseIp(cell('gateway'));
  const device = cell('iface');
  if (!destination || device === '' || !(gateway || isNoGateway(cell('gateway')))) return undefined;
  const refusal = refusalOf(cell('flags'), device);
  const via = gateway && gateway.w0 !== 0 ? gateway : null;
  return {
    type: refusal?.type ?? 'unicast',
    table: TABLE_MAIN,
    destination,
    sourcePrefix: null,
    tos: 0,
    metric: wholeNumber(cell('metric')) ?? 0,
    protocol: null,
    scope: refusal || via ? 0 : SCOPE_LINK,
    preferredSource: null,
    nextHops: refusal ? [] : [nextHop(device, via)],
    nextHopId: null,
    routerPreference: 0,
    expires: false,
    unmodelled: doubtsOf(
      refusal,
      hidesGateway(cell('flags'), via),
      isCut(columns, cells, device) ? device : null,
    ),
    span: lines.span,
  };
}

function doubtsOf(refusal: { word: string } | undefined, hidden: boolean, cut: string | null): string[] {
  const words = cut === null ? [] : [`${cut}...`];
  if (refusal) words.unshift(refusal.word);
  else if (hidden) words.unshift('G');
  return words;
}

/** `route -ee` prints six characters of the device's name, and other columns behind it. */
function isCut(columns: ReadonlyMap<Column, number>, cells: readonly string[], device: string): boolean {
  return device.length === CUT_AT && columns.has('mss') && columns.get('iface')! < cells.length - 1;
}

const CUT_AT = 6;

/** A gateway of the other family (`via inet6`) is shown as flag `G` without an address. */
function hidesGateway(flags: string, gateway: NextHop['gateway']): boolean {
  return flags.includes('G') && !gateway;
}

function nextHop(device: string, gateway: NextHop['gateway']): NextHop {
  return { device, gateway, weight: 1, onlink: false, dead: false, linkdown: false };
}

function isNoGateway(text: string): boolean {
  return /^(\*|-|–|on-?link|link#\d+|none|)$/i.test(text);
}

function destinationOf(text: string, genmask: string): Prefix | undefined {
  const prefix = parsePrefix(text.toLowerCase(), 4);
  if (prefix?.address.family !== 4) return undefined;
  if (text.includes('/') || genmask === '' || genmask === '-') return prefix;
  const mask = /^\/?(\d{1,2})$/.exec(genmask);
  const length = mask ? Number(mask[1]) : lengthOf(genmask);
  return length !== undefined && length <= 32 ? { address: prefix.address, length } : undefined;
}

function lengthOf(genmask: string): number | undefined {
  const mask = parseIp(genmask);
  return mask?.family === 4 ? maskLength(mask) : undefined;
}

/**
 * Flag `!` stands for unreachable and prohibit; device `*` for blackhole and throw. Which of the two is not shown, so
 * the word is kept as not modelled: a lookup that comes to it cannot be told.
 */
function refusalOf(flags: string, device: string): { type: RouteType; word: string } | undefined {
  if (flags.includes('!')) return { type: 'unreachable', word: '!' };
  return device === '*' ? { type: 'blackhole', word: '*' } : undefined;
}
