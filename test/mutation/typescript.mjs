/** Module hooks: TypeScript is stripped of its types (once a text: a runner is started anew often), and `vitest` is what collects tests. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const COLLECT = new URL('collect.mjs', import.meta.url).href;
const STRIPPED = join(tmpdir(), 'wayhome-mutation');
mkdirSync(STRIPPED, { recursive: true });

export async function resolve(specifier, context, next) {
  return specifier === 'vitest' ? { url: COLLECT, shortCircuit: true } : next(specifier, context);
}

export async function load(url, context, next) {
  if (!url.endsWith('.ts')) return next(url, context);
  const source = await strippedOf(readFileSync(fileURLToPath(url), 'utf8'));
  return { format: 'module', source, shortCircuit: true };
}

async function strippedOf(source) {
  const file = join(STRIPPED, createHash('sha256').update(source).digest('hex'));
  if (existsSync(file)) return readFileSync(file, 'utf8');
  const { default: ts } = await import('typescript');
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ESNext };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  writeFileSync(file, outputText);
  return outputText;
}
