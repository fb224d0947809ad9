import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Blocks, concat, type Option } from '../capture/build.ts';
import { CASES } from '../support/cases.ts';
import { type Ran, run } from './run.ts';

/**
 * What names, comments and lines of the input hold never acts on a terminal. The cases are given hostile interfaces, hosts,
 * file names, comments and lines, and every verb prints them.
 */
const scratch = mkdtempSync(join(tmpdir(), 'wayhome-control-'));
afterAll(() => rmSync(scratch, { recursive: true }));

/** Escape sequences in seven and eight bits, a window title, bells, line breaks, text from right to left, tags. */
const EVIL = '\x1b[2J\x1b]0;owned\x07\u009b31m\u0085\u2028\u202egnp\u2066\u200f\u061c\ufeff\x7f\x00\x08';
/** As the name of an interface: the kernel lets all through but blanks, slashes and colons. */
const EVIL_NAME = 'e\u202e\u009b2J\u0007\x1b7';

/** Everything a terminal acts on, or shows in another order, but the end of a line. */
const UNSAFE =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/u;
/** Colour and weight, which are ours. */
const COLOUR = /\x1b\[\d{1,2}m/g;

function expectSafe({ stdout, stderr }: Ran): void {
  for (const text of [stdout, stderr]) {
    const at = text.replace(COLOUR, '').search(UNSAFE);
    expect(at < 0 ? '' : JSON.stringify(text.replace(COLOUR, '').slice(at - 60, at + 20))).toBe('');
  }
}

const evil = (code: number): Option => ({ code, value: Buffer.from(EVIL) });

/** The frames of a capture that tcpdump wrote, as pcapng with hostile text wherever it has room for text. */
function asPcapng(pcap: Buffer): Uint8Array {
  const b = new Blocks(true);
  const linkType = pcap.readUInt32LE(20);
  const options = [
    { code: 2, value: Buffer.from(EVIL_NAME) },
    evil(1),
    evil(3),
    evil(11),
    evil(12),
    evil(15),
  ];
  const blocks = [b.section([evil(1), evil(2), evil(3), evil(4)]), b.interface(linkType, 0, options)];
  for (let at = 24; at + 16 <= pcap.length; ) {
    const length = pcap.readUInt32LE(at + 8);
    const micros = BigInt(pcap.readUInt32LE(at)) * 1_000_000n + BigInt(pcap.readUInt32LE(at + 4));
    blocks.push(b.enhanced(pcap.subarray(at + 16, at + 16 + length), micros, [evil(1)]));
    at += 16 + length;
  }
  return concat(...blocks, b.statistics(0, [evil(1), { code: 5, value: b.u64(3n) }]));
}

type Change = (text: string) => string;

/** Ways of making the text of a state hostile; what holds it together stays. */
const CHANGES: Record<string, Change> = {
  interfaces: (text) =>
    text.replaceAll('eth1', text.startsWith('[') ? JSON.stringify(EVIL_NAME).slice(1, -1) : EVIL_NAME),
  lines: (text) => (text.startsWith('[') ? text : text.replaceAll('\n', ` ${EVIL.replace('\u0085', '')}\n`)),
  comments: (text) =>
    text
      .replace(/^-A (\S+) /gm, `-A $1 -m comment --comment "${EVIL}" `)
      .replace(/ (drop|accept)$/gm, ` $1 comment "${EVIL}"`),
};

const SOURCES = [
  ...readdirSync('captures').map((name) => join('captures', name)),
  ...['20c-v6-firewall-drops-reply', '02-b-strict-rp-filter', '10-blog-policy-both'].flatMap((name) =>
    readdirSync(CASES).includes(name) ? [join(CASES, name)] : [],
  ),
];

const isCapture = (bytes: Buffer) => bytes.length > 24 && bytes.readUInt32LE(0) === 0xa1b2c3d4;

/** The case once more, with hostile names of hosts and files. */
function hostile(source: string, manner: string): { folder: string; hosts: string[] } {
  const folder = mkdtempSync(join(scratch, 'case-'));
  const names = readdirSync(source).filter((name) => statSync(join(source, name)).isDirectory());
  const hosts = names.map((name) => {
    const host = join(folder, name + EVIL.replaceAll('\x00', ''));
    mkdirSync(host);
    for (const file of readdirSync(join(source, name))) {
      const bytes = readFileSync(join(source, name, file));
      const [, stem, ending] = /^(.*?)(\.\w+)?$/.exec(file) ?? [];
      const path = join(host, `${stem}\x1b[7m\u202e${ending ?? ''}`);
      writeFileSync(path, isCapture(bytes) ? asPcapng(bytes) : CHANGES[manner](bytes.toString()));
    }
    return host;
  });
  return { folder, hosts };
}

describe.each(Object.keys(CHANGES))('hostile %s', (manner) => {
  it.each(SOURCES)('of %s reach no terminal', async (source) => {
    const { folder, hosts } = hostile(source, manner);
    const captures = hosts.flatMap((host) =>
      readdirSync(host)
        .filter((name) => name.includes('.pcap'))
        .map((name) => join(host, name)),
    );
    const to = '10.4.0.100';
    for (const args of [
      ['analyze', folder, '-v'],
      ['analyze', folder, '--color', 'always'],
      ['analyze', folder, '--format', 'short'],
      ['info', ...captures, '-v'],
      ['route', 'get', to, '--host', hosts[1] ?? hosts[0]],
      ['route', 'get', to, '--host', hosts[1] ?? hosts[0], '--from', EVIL],
      ['route', 'table', '--host', hosts[1] ?? hosts[0]],
      ['trace', folder, '--from', hosts[0].slice(folder.length + 1), '--to', to],
      ['trace', folder, '--from', EVIL, '--to', EVIL],
      ['explain', EVIL],
      [EVIL],
      ['analyze', `--${EVIL}`],
    ]) {
      const ran = await run(args);
      expectSafe(ran);
      expect(ran.stdout + ran.stderr).not.toBe('');
    }
  });

  it.each(SOURCES)('of %s are JSON', async (source) => {
    const { folder, hosts } = hostile(source, manner);
    for (const args of [
      ['analyze', folder],
      ['info', join(hosts[0], readdirSync(hosts[0])[0])],
      ['route', 'get', '10.4.0.100', '--host', hosts[0]],
      ['trace', folder, '--from', hosts[0].slice(folder.length + 1), '--to', '10.4.0.100'],
    ]) {
      const ran = await run([...args, '--format', 'json']);
      expectSafe(ran);
      for (const line of ran.stdout.trim().split(/\n(?=\{)/)) expect(() => JSON.parse(line)).not.toThrow();
    }
  });
});

it('the hostile names are there, made harmless', async () => {
  const { folder, hosts } = hostile('captures/ping-asymmetric', 'interfaces');
  const { stdout } = await run(['analyze', folder]);
  expect(stdout).toContain('ServerB\\x1b[2J\\x1b]0;owned');
  const capture = readdirSync(hosts[0]).find((name) => name.startsWith('any'));
  expect((await run(['info', join(hosts[0], capture!)])).stdout).toContain('\\u202e');
  const analysis = JSON.parse((await run(['analyze', folder, '--format', 'json'])).stdout);
  expect(analysis.hosts[1].name).toBe(`ServerB${EVIL.replaceAll('\x00', '')}`);
});
