import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type { SourceFile } from '../../../src/addr/source.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';

export const FIXTURES = fileURLToPath(new URL('../../fixtures/linux-state/', import.meta.url));

/** The state that one text tells, under a file name that gives nothing away unless a test wants it to. */
export function stateOf(text: string, path = 'pasted'): HostState {
  return buildHostState('host', [{ path, text }]);
}

export function folder(name: string, wanted: (file: string) => boolean = () => true): SourceFile[] {
  const files = readdirSync(join(FIXTURES, name)).sort();
  return files
    .filter(wanted)
    .map((path) => ({ path, text: readFileSync(join(FIXTURES, name, path), 'utf8') }));
}

/** Files of a random host, as text and JSON, by name. */
export function randomHost(name: string): SourceFile[] {
  const { files } = JSON.parse(gunzipSync(readFileSync(join(FIXTURES, name))).toString()) as {
    files: Record<string, string>;
  };
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}

/** Plain data without spans, to compare what different forms tell. */
export function model(value: unknown): unknown {
  if (value instanceof Set) return [...value].sort();
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, one]) => [key, model(one)]));
  if (Array.isArray(value)) return value.map(model);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'span');
  return Object.fromEntries(entries.map(([key, one]) => [key, model(one)]));
}
