import type { Ip } from '../addr/ip.ts';
import { formatIp } from '../addr/ip.ts';
import { compareTime, earlier, later, type Time } from '../addr/time.ts';
import type { ExchangeGroup, Sizes } from '../exchange/correlation.ts';
import type { Distinction } from './finding.ts';
import { type Outcome, worked } from './outcome.ts';

/** Ports and addresses told of each side. */
const TOLD = 4;

interface Judgement {
  readonly group: ExchangeGroup;
  readonly outcome: Outcome;
}

/** Of each probe that failed, by `probeKey`. Groups are bounded in number, so this is. */
export function distinctionsOf(judged: readonly Judgement[]): Map<string, Distinction> {
  const probes = sidesBy(judged, probeKey);
  const targets = sidesBy(judged, targetKey);
  const found = new Map<string, Distinction>();
  for (const [key, sides] of probes) {
    if (!sides.failed) continue;
    const target = targets.get(targetKey(sides.any));
    const distinction = sides.worked
      ? within(sides.any, sides.worked, sides.failed)
      : ofSource(sides.any, target?.worked);
    if (distinction) found.set(key, distinction);
  }
  return found;
}

/** Exchanges that differ only in their fate share this key. */
export function probeKey(group: ExchangeGroup): string {
  return `${group.src ? formatIp(group.src) : '*'} ${targetKey(group)}`;
}

function targetKey({ protocol, dst, dstPort }: ExchangeGroup): string {
  return `${protocol} ${formatIp(dst)} ${dstPort ?? ''}`;
}

interface Sides {
  readonly any: ExchangeGroup;
  worked: Side | null;
  failed: Side | null;
}

/** What groups of one fate have in common. */
interface Side {
  readonly sizes: Sizes;
  readonly first: Time;
  readonly last: Time;
  readonly count: number;
  /** Of so many of them the source port is known: that of the examples, else where all have one. */
  readonly portsKnown: number;
  readonly ports: readonly number[];
  readonly sources: readonly Ip[];
}

function sidesBy(judged: readonly Judgement[], keyOf: (group: ExchangeGroup) => string): Map<string, Sides> {
  const all = new Map<string, Sides>();
  for (const { group, outcome } of judged) {
    const failed = outcome.kind === 'found' && outcome.level === 'error';
    if (!failed && !worked(outcome)) continue;
    const sides = all.get(keyOf(group)) ?? { any: group, worked: null, failed: null };
    all.set(keyOf(group), sides);
    const fate = failed ? 'failed' : 'worked';
    sides[fate] = together(sides[fate], sideOf(group));
  }
  return all;
}

function sideOf({ sizes, first, last, count, examples, sourcePort, src }: ExchangeGroup): Side {
  const ports = examples.map(({ srcPort }) => srcPort);
  const portsKnown = sourcePort === null ? ports.length : count;
  return { sizes, first, last, count, portsKnown, ports, sources: src ? [src] : [] };
}

function together(a: Side | null, b: Side): Side {
  if (!a) return b;
  return {
    sizes: {
      least: Math.min(a.sizes.least, b.sizes.least),
      most: Math.max(a.sizes.most, b.sizes.most),
    },
    first: earlier(a.first, b.first),
    last: later(a.last, b.last),
    count: a.count + b.count,
    portsKnown: a.portsKnown + b.portsKnown,
    ports: [...new Set([...a.ports, ...b.ports])],
    sources: [...a.sources, ...b.sources].slice(0, TOLD),
  };
}

function within({ protocol }: ExchangeGroup, good: Side, bad: Side): Distinction | null {
  const after = compareTime(bad.first, good.last) > 0;
  const before = compareTime(bad.last, good.first) < 0;
  if (bad.sizes.least > good.sizes.most)
    return { kind: 'size', worked: good.sizes, failed: bad.sizes, byTime: after || before };
  if (after) return { kind: 'time', failed: 'after', moment: good.last };
  if (before) return { kind: 'time', failed: 'before', moment: good.first };
  return protocol === 'tcp' || protocol === 'udp' ? byPort(good, bad) : null;
}

/** A few ports do not stand for those of many exchanges, among which the same ones may be on both sides. */
function byPort(good: Side, bad: Side): Distinction | null {
  if (bad.ports.length < 2 || good.ports.length < 2) return null;
  if ([good, bad].some(({ portsKnown, count }) => 2 * portsKnown <= count)) return null;
  if (bad.ports.some((port) => good.ports.includes(port))) return null;
  return { kind: 'source-port', worked: good.ports.slice(0, TOLD), failed: bad.ports.slice(0, TOLD) };
}

function ofSource({ src }: ExchangeGroup, others: Side | null | undefined): Distinction | null {
  if (!src || !others || others.sources.length === 0) return null;
  return { kind: 'source-address', worked: others.sources };
}
