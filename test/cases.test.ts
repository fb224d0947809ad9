import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { HostInput } from '../src/analyze-options.ts';
import type { CauseKind } from '../src/reason/cause.ts';
import {
  analysisOf,
  CASES,
  capturePath,
  caseNames,
  hostInput,
  hostNames,
  outline,
  scratch,
  stateFiles,
  truthOf,
  wholeCase,
} from './support/cases.ts';
import { type Pcap, readPcap, rotated, shifted, writePcap, writePcapng } from './support/pcap.ts';

/** Written by hand, from the kernel's verdict and the contract's words, before the program ran on them. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  '01a-bound-iface-no-route': ['error request-not-sent: no-route-on-bound-interface@ServerA'],
  '01c-second-default-metric200': ['warning asymmetric-reply: default-route-only@ServerB'],
  '02-b-strict-rp-filter': ['error unanswered: rp-filter-strict@ServerB'],
  '04-router-urpf-drops-reply': ['error asymmetric-reply: default-route-only@ServerB'],
  '05-a-strict-rp-filter': ['error reply-not-accepted: rp-filter-strict@ServerA'],
  '08-static-routes-both': [],
  '10-blog-policy-both': ['error request-not-sent: no-route-on-bound-interface@ServerA'],
  '12b-rule-right-no-default': ['error asymmetric-reply: rule-table-no-default@ServerB'],
  '14b-tcp-synack-dropped-firewall': ['error asymmetric-reply: default-route-only@ServerB'],
  '20c-v6-firewall-drops-reply': ['error asymmetric-reply: default-route-only@ServerB'],
};

/** What says that something is open accuses nobody. */
const OPEN: readonly CauseKind[] = ['not-enough-information', 'unexplained'];

describe('the cases of the kernel lab', () => {
  it.each(caseNames())('%s', async (name) => {
    const analysis = await analysisOf(wholeCase(name));
    expect(outline(analysis)).toEqual(EXPECTED[name]);
    const { code, host } = truthOf(name).root_cause;
    const healthy = code.startsWith('HEALTHY');
    expect(analysis.verdict.party === 'none').toBe(healthy);
    expect(analysis.verdict.host).toBe(healthy ? null : host);
    expect(analysis.problems).toEqual([]);
  });
});

/** The same packets in another form; the state files as they are. */
type Form = (pcap: Pcap, host: string, folder: string) => string[];

function file(folder: string, name: string, bytes: Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

const FORMS: Readonly<Record<string, Form>> = {
  pcapng: (pcap, host, folder) => [file(folder, `${host}.pcapng`, writePcapng(pcap))],
  gzip: (pcap, host, folder) => [file(folder, `${host}.pcap.gz`, gzipSync(writePcap(pcap)))],
  'gzipped pcapng': (pcap, host, folder) => [file(folder, `${host}.gz`, gzipSync(writePcapng(pcap)))],
  'rotated files, given backwards': (pcap, host, folder) =>
    rotated(pcap, 2)
      .map((part, index) => file(folder, `${host}.pcap${index}`, writePcap(part)))
      .reverse(),
  "one host's clock an hour ahead": (pcap, host, folder) => [
    file(folder, `${host}.pcap`, writePcap(shifted(pcap, host === 'ServerB' ? 3600 : 0))),
  ],
  "one host's clock an hour behind": (pcap, host, folder) => [
    file(folder, `${host}.pcap`, writePcap(shifted(pcap, host === 'ServerB' ? -3600 : 0))),
  ],
};

function inForm(name: string, form: Form): HostInput[] {
  const folder = scratch();
  return hostNames(name).map((host) => {
    const captures = form(readPcap(readFileSync(capturePath(name, host))), host, folder);
    return hostInput(host, ...stateFiles(name, host), ...captures);
  });
}

describe.each(Object.entries(FORMS))('given as %s', (_title, form) => {
  it.each(caseNames())('%s gets the same answer', async (name) => {
    expect(outline(await analysisOf(inForm(name, form)))).toEqual(EXPECTED[name]);
  });
});

describe('through a pipe', () => {
  it.each(caseNames())('%s gets the same answer', async (name) => {
    const [first, ...others] = hostNames(name);
    const piped: HostInput = { ...hostInput(first, ...stateFiles(name, first)), stdin: true };
    const hosts = [piped, ...others.map((host) => hostInput(host, join(CASES, name, host)))];
    const stdin = createReadStream(capturePath(name, first), { highWaterMark: 100 });
    expect(outline(await analysisOf(hosts, stdin))).toEqual(EXPECTED[name]);
  });
});

describe('with half of the evidence', () => {
  const halves: Readonly<Record<string, (name: string) => HostInput[]>> = {
    "only ServerA's files": (name) => [hostInput('ServerA', join(CASES, name, 'ServerA'))],
    "only ServerB's files": (name) => [hostInput('ServerB', join(CASES, name, 'ServerB'))],
    'captures without tables': (name) =>
      hostNames(name).map((host) => hostInput(host, capturePath(name, host))),
    'both captures, the tables of ServerA': (name) => [
      hostInput('ServerA', join(CASES, name, 'ServerA')),
      hostInput('ServerB', capturePath(name, 'ServerB')),
    ],
    'both captures, the tables of ServerB': (name) => [
      hostInput('ServerA', capturePath(name, 'ServerA')),
      hostInput('ServerB', join(CASES, name, 'ServerB')),
    ],
    "ServerA's capture, both tables": (name) => [
      hostInput('ServerA', join(CASES, name, 'ServerA')),
      hostInput('ServerB', ...stateFiles(name, 'ServerB')),
    ],
  };
  for (const [title, half] of Object.entries(halves)) {
    it.each(caseNames())(`${title}: %s accuses nobody wrongly`, async (name) => {
      const analysis = await analysisOf(half(name));
      const right = EXPECTED[name].join(' ');
      for (const { finding, causes } of analysis.diagnoses.filter((one) => one.finding.level === 'error')) {
        expect(truthOf(name).root_cause.code).not.toMatch(/^HEALTHY/);
        for (const cause of causes) {
          if (OPEN.includes(cause.kind)) expect(cause.missing.length + cause.notes.length).toBeGreaterThan(0);
          else expect(`${right} of ${finding.kind}`).toContain(`${cause.kind}@${cause.host ?? '-'}`);
        }
      }
    });
  }
});
