import { compareIp, type Ip } from '../addr/ip.ts';
import type { ExchangeGroup } from './correlation.ts';
import type { Exchange, Protocol } from './exchange.ts';
import type { Timeline } from './timeline.ts';

/** Exchanges that are alike, counted. */
export interface Group {
  readonly protocol: Protocol;
  /** Null in a widened group. */
  readonly src: Ip | null;
  readonly dst: Ip;
  readonly port: number | null;
  /** The addresses as `E_ORIGINATOR` and `E_ASKED` hold them; 0 where widened. */
  readonly srcWord: number;
  readonly dstWord: number;
  readonly sigLow: number;
  readonly sigHigh: number;
  /** Null where they have several. */
  sourcePort: number | null;
  /** Bytes behind the IP header. */
  leastSize: number;
  mostSize: number;
  count: number;
  /** Nanoseconds since the analysis began. */
  first: number;
  last: number;
  readonly examples: Exchange[];
}

/** A group of at most this many exchanges goes into the widened group beside it: it is part of the flood. */
const FEW = 3;
export const EXAMPLES = 4;

/** The groups as a report wants them: floods gathered, by time. */
export function finished(groups: readonly Group[], timeline: Timeline): ExchangeGroup[] {
  const kept = gathered(groups);
  return kept.sort(byTime).map((group) => ({
    protocol: group.protocol,
    src: group.src,
    dst: group.dst,
    dstPort: group.port,
    sourcePort: group.sourcePort,
    sizes: { least: group.leastSize, most: group.mostSize },
    count: group.count,
    first: timeline.timeOf(group.first),
    last: timeline.timeOf(group.last),
    examples: group.examples,
  }));
}

function gathered(groups: readonly Group[]): Group[] {
  const wide = new Map<string, Group>();
  for (const group of groups)
    if (isWide(group)) wide.set(keyOf(group, group.src === null, group.port === null), group);
  return groups.filter((group) => {
    const target = group.count <= FEW ? widerOf(group, wide) : undefined;
    if (target) absorb(target, group);
    return !target;
  });
}

function isWide(group: Group): boolean {
  return (
    group.src === null || (group.port === null && (group.protocol === 'tcp' || group.protocol === 'udp'))
  );
}

function widerOf(group: Group, wide: ReadonlyMap<string, Group>): Group | undefined {
  const noSource = group.src === null ? undefined : wide.get(keyOf(group, true, group.port === null));
  const noPort = group.port === null ? undefined : wide.get(keyOf(group, group.src === null, true));
  return noSource ?? noPort ?? (isWide(group) ? undefined : wide.get(keyOf(group, true, true)));
}

function keyOf(group: Group, noSource: boolean, noPort: boolean): string {
  const { protocol, srcWord, dstWord, port, sigLow, sigHigh } = group;
  return [protocol, noSource ? '*' : srcWord, dstWord, noPort ? '*' : port, sigLow, sigHigh].join(' ');
}

function absorb(target: Group, group: Group): void {
  target.count += group.count;
  target.leastSize = Math.min(target.leastSize, group.leastSize);
  target.mostSize = Math.max(target.mostSize, group.mostSize);
  if (target.sourcePort !== group.sourcePort) target.sourcePort = null;
  target.first = Math.min(target.first, group.first);
  target.last = Math.max(target.last, group.last);
  target.examples.push(...group.examples);
  target.examples.sort((a, b) => a.first.seconds - b.first.seconds || a.first.nanos - b.first.nanos);
  target.examples.length = Math.min(target.examples.length, EXAMPLES);
}

function byTime(a: Group, b: Group): number {
  return (
    a.first - b.first ||
    compareIp(a.dst, b.dst) ||
    (a.src && b.src ? compareIp(a.src, b.src) : Number(a.src === null) - Number(b.src === null)) ||
    (a.port ?? 0) - (b.port ?? 0) ||
    a.sigLow - b.sigLow
  );
}
