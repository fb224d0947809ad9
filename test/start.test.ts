import { readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/** What a command loads before it does anything: the imports that are neither of types nor made later. */
const SRC = resolve(dirname(fileURLToPath(import.meta.url)), '../src');
const STATIC = /^(?:import|export)\s+(?!type\b)([^;]*?)\s*from\s+'([^']+)'|^import\s+'([^']+)'/gm;

interface Loaded {
  /** Below src/. */
  readonly modules: ReadonlySet<string>;
  readonly packages: ReadonlySet<string>;
}

function loadedBy(...entries: readonly string[]): Loaded {
  const modules = new Set<string>();
  const packages = new Set<string>();
  const visit = (path: string): void => {
    if (modules.has(path)) return;
    modules.add(path);
    for (const name of importsOf(path)) {
      if (name.startsWith('.')) visit(relative(SRC, resolve(SRC, dirname(path), name)));
      else packages.add(name);
    }
  };
  for (const entry of entries) visit(entry);
  return { modules, packages };
}

function importsOf(path: string): string[] {
  const text = readFileSync(resolve(SRC, path), 'utf8');
  return [...text.matchAll(STATIC)]
    .filter(([, names]) => names === undefined || !onlyTypes(names))
    .map(([, , from, bare]) => from ?? bare);
}

function onlyTypes(names: string): boolean {
  const inBraces = /^\{(.*)\}$/s.exec(names.trim());
  return !!inBraces && inBraces[1].split(',').every((name) => /^\s*(type\s.*)?$/s.test(name));
}

const ANALYSIS = /^(capture|decode|exchange|finding|linux|reason|analyze)\b/;

function analysisIn({ modules }: Loaded): string[] {
  return [...modules].filter((path) => ANALYSIS.test(path));
}

describe('what is loaded', () => {
  it('is found: analyze needs the analysis', () => {
    const analyze = analysisIn(loadedBy('verbs/analyze-run.ts'));
    expect(analyze).toEqual(
      expect.arrayContaining(['analyze.ts', 'exchange/correlate.ts', 'capture/pcap.ts']),
    );
  });

  it('for --version and --help is the command line alone', () => {
    const { modules, packages } = loadedBy('verbs/main.ts');
    expect(modules).toContain('verbs/analyze.ts');
    expect([...packages].sort()).toEqual(['@commander-js/extra-typings', 'node:fs']);
    const folders = [...modules].map(dirname).filter((folder) => folder !== 'verbs' && folder !== 'addr');
    // One module of report/, which wraps lines.
    expect(folders).toEqual(['report']);
  });

  it('for explain is no analysis', () => {
    const explain = loadedBy('verbs/main.ts', 'verbs/explain-run.ts');
    expect(explain.modules).toContain('report/explanations/all.ts');
    expect(analysisIn(explain)).toEqual([]);
  });

  it('for captures alone is no parser of host states, no simulation and no archive', () => {
    const { modules, packages } = loadedBy('verbs/main.ts', 'verbs/analyze-run.ts');
    const simulated = /^linux\/(state\/build|lookup-|firewall\/)|^reason\/explain|^report\/(text|json)\//;
    expect([...modules].filter((path) => simulated.test(path))).toEqual([]);
    expect([...packages].filter((name) => !name.startsWith('node:'))).toEqual([
      '@commander-js/extra-typings',
    ]);
    // Of Node itself neither what decompresses nor threads.
    expect([...packages]).not.toContain('node:zlib');
    expect([...packages]).not.toContain('node:worker_threads');
  });
});
