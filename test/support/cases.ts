import { mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { analyze } from '../../src/analyze.ts';
import type { AnalyzeOptions, HostInput } from '../../src/analyze-options.ts';
import type { Analysis } from '../../src/report/analysis.ts';

/** Cases of the kernel lab: captures and states of two hosts, with the kernel's own verdict. */
export const CASES = fileURLToPath(new URL('../fixtures/cases', import.meta.url));

export function caseNames(): string[] {
  return readdirSync(CASES).sort();
}

export function hostNames(name: string): string[] {
  return readdirSync(join(CASES, name)).filter((entry) => statSync(join(CASES, name, entry)).isDirectory());
}

export function truthOf(name: string): { root_cause: { code: string; host: string | null } } {
  return JSON.parse(readFileSync(join(CASES, name, 'truth.json'), 'utf8'));
}

export function hostInput(name: string, ...paths: string[]): HostInput {
  return {
    name,
    paths: paths.map((path) => ({ path, interface: null })),
    stdin: false,
    stdinInterface: null,
  };
}

export function wholeCase(name: string): HostInput[] {
  return hostNames(name).map((host) => hostInput(host, join(CASES, name, host)));
}

/** Host-state files of a host of a case, without its captures. */
export function stateFiles(name: string, host: string): string[] {
  const folder = join(CASES, name, host);
  return readdirSync(folder)
    .filter((file) => !file.endsWith('.pcap'))
    .map((file) => join(folder, file));
}

export function capturePath(name: string, host: string): string {
  return join(CASES, name, host, 'any.pcap');
}

export const DEFAULTS: AnalyzeOptions = {
  replyWindowSeconds: 5,
  clock: 'auto',
  protocols: null,
  between: [],
  port: null,
  since: null,
  until: null,
  stdin: null,
};

export async function analysisOf(hosts: HostInput[], stdin: Readable | null = null): Promise<Analysis> {
  const result = await analyze(hosts, { ...DEFAULTS, stdin });
  if (!result.ok) throw new Error(`not analysed: ${JSON.stringify(result.error)}`);
  return result.value;
}

/** `level kind: cause@host, ...` a finding, worst first: what a diagnosis comes to, without times and frames. */
export function outline(analysis: Analysis): string[] {
  return analysis.diagnoses.map(({ finding, causes }) => {
    const told = causes.map((cause) => `${cause.kind}@${cause.host ?? '-'}`).join(', ');
    return `${finding.level} ${finding.kind}: ${told}`;
  });
}

export function scratch(): string {
  return mkdtempSync(join(tmpdir(), 'wayhome-test-'));
}
