import { expect, test } from 'vitest';
import * as layout from '../../src/exchange/shortcut/layout.ts';

const KIB = 1024;
const LINE = 64;
const BUCKETS = 1 << 15;

/** Bytes of each region, and what its first byte's offset is a multiple of: words 4, doubles and pairs of words 8, vectors 16. */
const REGIONS: readonly [name: string, bytes: number, aligned: number][] = [
  ['FACES', layout.MOST_FACES * layout.FACE_BYTES, 4],
  ['PLACES', layout.PLACE_SLOTS * 32, 4],
  ['LOOKS', 256 * 24, 4],
  ['LINKS', layout.LINKS_BYTES, 8],
  ['GROUP_HOMES', BUCKETS / 8, 4],
  ['STALLS_SENT', 32 * KIB, 4],
  ['STALLS_WATCHES', KIB * 16, 4],
  ['ACKS', 128 * KIB, 8],
  ['CONNECTIONS', 16 * KIB * 12, 4],
  ['PROFILES', 4096 * 16, 4],
  ['PROFILE_BUCKETS', 8192 * 2, 2],
  ['GROUP_BUCKETS', BUCKETS * 4, 4],
  ['GROUP_SOURCES', BUCKETS * 2, 2],
  ['GROUP_PORTS', BUCKETS * 2, 2],
  ['GROUPS', 4 * 4096 * LINE, LINE],
  ['SETS', 32 * KIB * 32, 16],
  ['RING', 64 * KIB * LINE, LINE],
  ['EXAMPLES', layout.MOST_EXAMPLES * LINE, LINE],
  ['KEY_COUNTS', layout.KEY_SLOTS, 1],
  ['RING_ACKS', 64 * KIB * 32, 8],
  ['EXAMPLE_ACKS', layout.MOST_EXAMPLES * 32, 8],
  ['GROUP_MEMOS', 4096 * 16, 4],
  ['BATCH', 32 * LINE, LINE],
  ['CLOSED', 32 * LINE, LINE],
  ['CLOSED_ACKS', 32 * 32, 8],
  ['CLOSED_GROUPS', 32 * 8, 4],
  ['SCOUTS', layout.SCOUTS_SENT * 4, 4],
];
/** What is no place where something begins. */
const OTHERS = [
  'FACE_BYTES',
  'LINK_BYTES',
  'LINKS_BYTES',
  'MOST_FACES',
  'PLACE_SLOTS',
  'KEY_SLOTS',
  'MOST_EXAMPLES',
  'RECORDS',
  'MOST_RECORDS',
  'HOST_END',
  'GROUPS_END',
  'SCOUTS_SENT',
  'CHUNKS',
];
/** Of the single fields those that are no words. */
const LONG = /_NS$|^S_BASE$|^S_TABLE_QUEUED$|_TIME$/;

const places: Readonly<Record<string, number>> = { ...layout };
const fields = Object.entries(places)
  .filter(([name]) => name.startsWith('S_'))
  .map(([name, at]) => ({ name, at, end: at + (LONG.test(name) ? 8 : 4), aligned: LONG.test(name) ? 8 : 4 }));
const regions = REGIONS.map(([name, bytes, aligned]) => {
  return { name, at: places[name], end: places[name] + bytes, aligned };
});

test('every region is known here', () => {
  const known = [...fields, ...regions].map(({ name }) => name);
  expect(Object.keys(places).sort()).toEqual([...known, ...OTHERS].sort());
});

test('no two regions overlap', () => {
  const all = [...fields, ...regions].sort((a, b) => a.at - b.at);
  const overlapping = all.filter((one, i) => i > 0 && one.at < all[i - 1].end);
  expect(overlapping).toEqual([]);
  expect(all[all.length - 1].end).toBeLessThanOrEqual(layout.CHUNKS);
});

test('each begins where its parts are aligned', () => {
  expect([...fields, ...regions].filter(({ at, aligned }) => at % aligned !== 0)).toEqual([]);
});

test('what a host remembers lies before what plain exchanges need, and groups before the ring', () => {
  const named = (name: string) => regions.find((one) => one.name === name)!;
  for (const name of ['STALLS_SENT', 'STALLS_WATCHES', 'ACKS', 'CONNECTIONS']) {
    expect(named(name).end).toBeLessThanOrEqual(layout.HOST_END);
  }
  for (const name of ['LOOKS', 'GROUP_HOMES', 'GROUP_BUCKETS', 'GROUP_SOURCES', 'GROUP_PORTS', 'GROUPS']) {
    expect(named(name).end).toBeLessThanOrEqual(layout.GROUPS_END);
  }
  for (const { name, at } of fields) expect(at, name).toBeLessThan(layout.HOST_END);
});

test('records lie where the ring would', () => {
  const ring = regions.find((one) => one.name === 'RING')!;
  expect(layout.RECORDS).toBeGreaterThanOrEqual(ring.at);
  expect(layout.RECORDS + layout.MOST_RECORDS * LINE).toBeLessThanOrEqual(ring.end);
  expect(layout.RECORDS % 16).toBe(0);
});
