import { parseIp } from '../../addr/ip.ts';
import type { ConnectionEnd, TrackedConnection } from '../host-state.ts';
import { Lines } from './lines.ts';
import { wholeNumber } from './names.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** A gateway tracks a million; a diagnosis looks at a few. */
const MOST = 100_000;

/** Summary of conntrack, and what it says where a kernel lacks it. */
const REMARK = /^conntrack v\d|flow entries have been shown/;

/**
 * `conntrack -L`, with or without `-o extended`, and /proc/net/nf_conntrack: protocol, its number, seconds left, a state
 * (TCP), the tuple of the first packet, that of replies, and flags (libnetfilter_conntrack, src/conntrack/snprintf_default.c).
 */
export function readConntrack(reading: Reading): Told {
  const connections: TrackedConnection[] = [];
  const lines = new Lines(reading.section);
  let passedOver = 0;
  while (lines.next()) {
    if (REMARK.test(lines.text)) continue;
    const connection = connections.length < MOST ? connectionOf(lines) : null;
    if (connection) connections.push(connection);
    else if (connection === undefined)
      lineNotUnderstood(reading, lines.span, 'PROTOCOL NUMBER SECONDS src= dst= ... src= dst= ...');
    else if (passedOver++ === 0)
      reading.problems.push({ kind: 'listing-too-long', span: lines.span, most: MOST });
  }
  return { connections, given: ['conntrack'] };
}

type Draft = { -readonly [K in keyof ConnectionEnd]: ConnectionEnd[K] | undefined };

function connectionOf(lines: Lines): TrackedConnection | undefined {
  const words = lines.words();
  // `ipv4 2` and `ipv6 10` stand before the rest in the extended form.
  if (words[0] === 'ipv4' || words[0] === 'ipv6') words.splice(0, 2);
  const protocol = wholeNumber(words[1] ?? '');
  const ends: Draft[] = [];
  const flags = new Set<string>();
  const more = { state: null as string | null, mark: 0, zone: 0 };
  for (const word of words.slice(2)) {
    const cut = word.indexOf('=');
    if (word.startsWith('[')) flags.add(word.replace(/[[\]]/g, ''));
    else if (cut < 0) more.state = /^[A-Z_0-9]*[A-Z][A-Z_0-9]*$/.test(word) ? word : more.state;
    else takeField(word.slice(0, cut), word.slice(cut + 1), ends, more);
  }
  const [original, reply] = ends.map(endOf);
  if (protocol === undefined || !original || !reply) return undefined;
  return { protocol, ...more, original, reply, flags, span: lines.span };
}

function takeField(key: string, value: string, ends: Draft[], more: { mark: number; zone: number }): void {
  if (key === 'src') ends.push(emptyEnd());
  const end = ends.at(-1);
  if (key === 'mark') more.mark = wholeNumber(value) ?? 0;
  else if (key === 'zone') more.zone = wholeNumber(value) ?? 0;
  else if (!end) return;
  else if (key === 'src') end.source = parseIp(value);
  else if (key === 'dst') end.destination = parseIp(value);
  else if (key === 'sport') end.sourcePort = wholeNumber(value) ?? null;
  else if (key === 'dport') end.destinationPort = wholeNumber(value) ?? null;
  else if (key === 'id') end.icmpId = wholeNumber(value) ?? null;
}

function emptyEnd(): Draft {
  return { source: undefined, destination: undefined, sourcePort: null, destinationPort: null, icmpId: null };
}

function endOf({
  source,
  destination,
  sourcePort,
  destinationPort,
  icmpId,
}: Draft): ConnectionEnd | undefined {
  if (!source || !destination) return undefined;
  return {
    source,
    destination,
    sourcePort: sourcePort ?? null,
    destinationPort: destinationPort ?? null,
    icmpId: icmpId ?? null,
  };
}
