import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { describe, expect, it } from 'vitest';

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly optionalDependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly files: readonly string[];
}

interface Locked {
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const IMPORT = /^\s*(?:import|export)\b[^;]*?from\s*'([^']+)'|import\(\s*'([^']+)'\s*\)/gm;

const manifest: Manifest = JSON.parse(readFileSync('package.json', 'utf8'));
const lock: { packages: Record<string, Locked> } = JSON.parse(readFileSync('package-lock.json', 'utf8'));
const installed = Object.entries(lock.packages).filter(([path]) => path !== '');
const all = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies };

describe('the packages', () => {
  it('are of exact versions', () => {
    expect(Object.values(all).filter((version) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  });

  it('are locked by their content, not by an address', () => {
    expect(installed.length).toBeGreaterThan(50);
    expect(installed.filter(([, one]) => one.resolved !== undefined)).toEqual([]);
    expect(installed.filter(([, one]) => one.integrity === undefined)).toEqual([]);
  });

  it('run no script when they are installed for use, save cap', () => {
    const scripts = installed.filter(([, one]) => one.hasInstallScript && !one.dev).map(([path]) => path);
    expect(scripts).toEqual(['node_modules/cap']);
  });

  it('have a reason in the README, each that is installed for use', () => {
    const readme = readFileSync('README.md', 'utf8');
    const used = [...Object.keys(manifest.dependencies), ...Object.keys(manifest.optionalDependencies)];
    const rows = readme.slice(readme.indexOf('## Packages')).match(/^\| [^|]+\|/gm) ?? [];
    const named = rows
      .flatMap((row) => row.slice(1, -1).replace('(optional)', '').split(','))
      .map((one) => one.trim());
    expect(used.filter((name) => !named.includes(name))).toEqual([]);
  });

  it('are what the sources import, no more and no less', () => {
    const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => readFileSync(`src/${path}`, 'utf8'));
    const imported = sources.flatMap((text) =>
      [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2]),
    );
    const packages = [
      ...new Set(imported.filter((name) => /^[@a-z][\w./-]*$/.test(name) && !isBuiltin(name))),
    ].sort();
    // Asked for by extra-typings, whose types stand on it.
    const indirect = ['commander'];
    expect([...packages, ...indirect].sort()).toEqual(Object.keys(manifest.dependencies).sort());
  });
});

describe('what is published', () => {
  const packed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    encoding: 'utf8',
  });
  const [{ files, unpackedSize }] = JSON.parse(packed) as [
    { files: { path: string }[]; unpackedSize: number },
  ];
  const paths = files.map((one) => one.path);

  it('holds the program, its examples and what people read, nothing else', () => {
    const allowed =
      /^(bin\/(wayhome|package\.json)|dist\/.+\.(c?js|d\.ts)|captures\/.+|[A-Z]+\.md|LICENSE|package\.json)$/;
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    for (const path of ['bin/wayhome', 'README.md', 'LICENSE', 'CHANGELOG.md', 'SECURITY.md', 'package.json'])
      expect(paths).toContain(path);
  });

  it('is small', () => {
    expect(unpackedSize).toBeLessThan(4e6);
  });
});
