import type { Span } from '../../addr/source.ts';
import { type Extent, elementsOf, memberArray } from './json-elements.ts';
import { type Reading, spanIn } from './section.ts';

/** An element of a JSON array with its place; members are read by `textOf` and the like, which doubt their types. */
export interface Located {
  readonly value: JsonObject;
  readonly extent: Extent;
  readonly span: Span;
}

export type JsonObject = Readonly<Record<string, unknown>>;

/** A hostile file could hold damage in each of its elements. */
const MOST_PROBLEMS = 100;

/** The objects of the array that a section holds; empty ones, which `ip` prints for what it filtered, are left out. */
export function objectsOf(reading: Reading): Located[] {
  const { section } = reading;
  const { text } = section.source;
  const start = text.indexOf('{', section.start);
  const bare = start >= 0 && text.slice(section.start, start).trim() === '';
  // A single object without an array around it.
  if (bare) return locate(reading, [{ start, end: section.end }]);
  return objectsIn(reading, section.start, section.end);
}

/** The objects of the array that is the member `key` of an object. */
export function objectsUnder(reading: Reading, parent: Located, key: string): Located[] {
  const extent = memberArray(reading.section.source.text, parent.extent, key);
  return extent ? objectsIn(reading, extent.start, extent.end) : [];
}

function objectsIn(reading: Reading, start: number, end: number): Located[] {
  const { elements, damage } = elementsOf(reading.section.source.text, start, end);
  const located = locate(reading, elements);
  if (damage) damaged(reading, damage.at, damage.reason);
  return located;
}

function locate(reading: Reading, extents: readonly Extent[]): Located[] {
  const all: Located[] = [];
  for (const extent of extents) {
    const value = parseObject(reading, extent);
    if (value && Object.keys(value).length > 0)
      all.push({ value, extent, span: spanIn(reading.section, extent.start, extent.end) });
  }
  return all;
}

function parseObject(reading: Reading, { start, end }: Extent): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(reading.section.source.text.slice(start, end));
    if (isObject(value)) return value;
    damaged(reading, start, 'an object was expected');
  } catch (error) {
    damaged(reading, start, error instanceof Error ? error.message : String(error));
  }
  return undefined;
}

function damaged(reading: Reading, at: number, reason: string): void {
  if (reading.problems.length >= MOST_PROBLEMS) return;
  const { path, text } = reading.section.source;
  reading.problems.push({ kind: 'json-damaged', path, line: lineAt(text, at), reason });
}

/** Whether a part of the file is lost: what stands there is not known. */
export function isDamaged(reading: Reading): boolean {
  return reading.problems.some(({ kind }) => kind === 'json-damaged');
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A string, or a number as text (tables and metrics are printed as either); null for anything else. */
export function textOf(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : null;
}

export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  return typeof value === 'string' && /^\d{1,10}$/.test(value) ? Number(value) : null;
}

export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

/** `10.0.0.0` and 8, as `ip -j rule` and `ip -j addr` hold prefixes. */
export function prefixText(address: unknown, length: unknown): string {
  const bits = textOf(length);
  return bits === null ? (textOf(address) ?? '') : `${textOf(address) ?? ''}/${bits}`;
}
