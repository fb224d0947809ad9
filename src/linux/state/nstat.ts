import type { CounterReading } from '../host-state.ts';
import { isObject, objectsOf } from './json-objects.ts';
import { Lines } from './lines.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/**
 * `nstat -az` (iproute2, misc/nstat.c dump_kern_db): a name, its count, and a rate that is left aside. Without `-a` the
 * counts are those since nstat was last run.
 */
export function readNstat(reading: Reading): Told {
  const counters = new Map<string, CounterReading>();
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const [name, count = ''] = lines.words();
    if (name.startsWith('#')) continue;
    if (/^[A-Z]\w*$/.test(name) && /^\d+$/.test(count))
      counters.set(name, { value: Number(count), span: lines.span });
    else lineNotUnderstood(reading, lines.span, 'COUNTER COUNT RATE');
  }
  return toldOf(counters, reading);
}

/** `nstat -j`: `{"kernel":{"IpInReceives":18,...}}`; its many counters share one span. */
export function readNstatJson(reading: Reading): Told {
  const counters = new Map<string, CounterReading>();
  for (const { value, span } of objectsOf(reading)) {
    const all = isObject(value.kernel) ? value.kernel : value;
    for (const [name, count] of Object.entries(all)) {
      if (typeof count === 'number') counters.set(name, { value: count, span });
      else lineNotUnderstood(reading, span, `a number for ${name}`);
    }
  }
  return toldOf(counters, reading);
}

/** /proc/net/snmp and /proc/net/netstat: `Ip: InReceives ...` above `Ip: 18 ...`; /proc/net/snmp6 as nstat prints it. */
export function readProcCounters(reading: Reading): Told {
  const counters = new Map<string, CounterReading>();
  const lines = new Lines(reading.section);
  let names: readonly string[] = [];
  while (lines.next()) {
    const words = lines.words();
    if (/^\D/.test(words[1] ?? '') && !words[1].startsWith('-')) names = words;
    else if (names[0] !== words[0] || names.length !== words.length)
      lineNotUnderstood(reading, lines.span, 'as many counts as names above them');
    else takeRow(names, words, lines, counters);
  }
  return toldOf(counters, reading);
}

function takeRow(
  names: readonly string[],
  counts: readonly string[],
  lines: Lines,
  into: Map<string, CounterReading>,
): void {
  const prefix = names[0].replace(/:$/, '');
  for (const [i, count] of counts.entries())
    if (i > 0 && /^\d+$/.test(count)) into.set(prefix + names[i], { value: Number(count), span: lines.span });
}

export function toldOf(counters: ReadonlyMap<string, CounterReading>, reading: Reading): Told {
  return counters.size === 0
    ? {}
    : { counters: { moment: reading.section.hint.moment, counters }, given: ['counters'] };
}
