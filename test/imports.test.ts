import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

/**
 * The tree is the pipeline: imports go one way. As Go's go/build/deps_test.go, the rules are data and the tree is
 * checked against them.
 */
const SRC = resolve(dirname(fileURLToPath(import.meta.url)), '../src');

interface SourceModule {
  /** Path below src/, such as `linux/flow.ts`. */
  readonly path: string;
  /** First folder, or '' for a file at the top. */
  readonly folder: string;
  readonly text: string;
  /** Paths below src/ of what it imports of ours. */
  readonly imports: readonly string[];
  /** Other modules, such as `node:fs`. */
  readonly packages: readonly string[];
}

function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : '';
}

function read(path: string): SourceModule {
  const text = readFileSync(join(SRC, path), 'utf8');
  const specifiers = [
    ...text.matchAll(
      /^\s*(?:import|export)\b[^;]*?from\s*'([^']+)'|import\(\s*'([^']+)'\s*\)|^import\s+'([^']+)'/gm,
    ),
  ];
  const names = specifiers.map((match) => match[1] ?? match[2] ?? match[3]);
  const ours = names.filter((name) => name.startsWith('.'));
  return {
    path,
    folder: folderOf(path),
    text,
    imports: ours.map((name) => relative(SRC, resolve(SRC, dirname(path), name))),
    packages: names.filter((name) => !name.startsWith('.')),
  };
}

const modules = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => read(path));

/** `module -> import` of every import that the rule forbids. */
function offences(forbidden: (from: SourceModule, to: string) => boolean): string[] {
  return modules.flatMap((from) =>
    from.imports.filter((to) => forbidden(from, to)).map((to) => `${from.path} -> ${to}`),
  );
}

/** Sees every folder. */
function seesAll(path: string): boolean {
  return (
    ['analyze.ts', 'analyze-captures.ts', 'analyze-inputs.ts', 'analyze-threads.ts', 'index.ts'].includes(
      path,
    ) || path.startsWith('verbs/')
  );
}

/** Types of the pipeline's own options, which both its entry and its callers need. */
const TOP_LEVEL_TYPES = ['analyze-options.ts'];

describe('imports', () => {
  it('finds the modules', () => {
    expect(modules.length).toBeGreaterThan(50);
    expect(modules.some((module) => module.imports.length > 3)).toBe(true);
  });

  it('go to the same folder or to one whose name sorts before', () => {
    const wrong = offences((from, to) => {
      if (seesAll(from.path) || TOP_LEVEL_TYPES.includes(from.path)) return false;
      return folderOf(to) > from.folder || folderOf(to) === '';
    });
    expect(wrong).toEqual([]);
  });

  it('of capture/ and linux/ reach nothing of ours but addr/', () => {
    const wrong = offences(
      (from, to) =>
        ['capture', 'linux'].includes(from.folder) && ![from.folder, 'addr'].includes(folderOf(to)),
    );
    expect(wrong).toEqual([]);
  });

  it('of exchange/ and finding/ never reach linux/: what was seen knows nothing of what is computed', () => {
    const wrong = offences(
      (from, to) => ['exchange', 'finding'].includes(from.folder) && folderOf(to) === 'linux',
    );
    expect(wrong).toEqual([]);
  });

  it('of one renderer never reach another', () => {
    const renderers = ['text', 'short', 'json'];
    const rendererOf = (path: string) =>
      renderers.find((name) => path === `report/${name}.ts` || path.startsWith(`report/${name}/`));
    const wrong = offences((from, to) => {
      const [a, b] = [rendererOf(from.path), rendererOf(to)];
      return !!a && !!b && a !== b;
    });
    expect(wrong).toEqual([]);
  });

  it('of remedy/, report/ and the rest never reach verbs/', () => {
    expect(offences((from, to) => from.folder !== 'verbs' && folderOf(to) === 'verbs')).toEqual([]);
  });

  it('go in no circle', () => {
    expect(circles()).toEqual([]);
  });
});

describe('the outer world', () => {
  it('opens files only where that is its work', () => {
    const openers = modules
      .filter((module) => module.packages.some((name) => /^(node:)?fs(\/promises)?$/.test(name)))
      .map((module) => module.path)
      .filter((path) => !path.startsWith('verbs/'));
    const allowed = [
      'capture/brief-file.ts',
      'capture/named-pipe.ts',
      'capture/open.ts',
      // Only the system's own, of this process.
      'capture/open-files.ts',
      'linux/state/find-files.ts',
      'linux/state/read.ts',
    ];
    expect(openers.filter((path) => !allowed.includes(path))).toEqual([]);
  });

  it('touches process and the terminal only in verbs/', () => {
    const users = modules.filter((module) => /\bprocess\.|\bconsole\./.test(withoutComments(module.text)));
    expect(users.map((module) => module.path).filter((path) => !path.startsWith('verbs/'))).toEqual([]);
  });
});

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
}

/** Each circle once, as the path that closes it. Type-only imports count: a circle of words is a circle, too. */
function circles(): string[] {
  const byPath = new Map(modules.map((module) => [module.path, module]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) {
      found.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
      return;
    }
    if (done.has(path)) return;
    for (const next of byPath.get(path)?.imports ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const module of modules) visit(module.path, []);
  return found;
}
