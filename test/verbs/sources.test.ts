import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSources } from '../../src/verbs/sources.ts';

let root: string;
const at = (...names: string[]) => join(root, ...names);

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'wayhome-sources-'));
  for (const folder of ['case/serverA', 'case/serverB', 'lone', 'other'])
    mkdirSync(at(folder), { recursive: true });
  for (const name of ['any.pcap', 'any.pcap1', 'b.pcapng.gz', 'a=b.pcap', 'lone/x.pcap', 'other/any.pcap']) {
    writeFileSync(at(name), '');
  }
});
afterAll(() => rmSync(root, { recursive: true }));

async function hosts(...given: string[]) {
  const sources = await readSources(given);
  if (!sources.ok) throw new Error(sources.error);
  return sources.value.hosts;
}

async function refusal(...given: string[]): Promise<string> {
  const sources = await readSources(given);
  return sources.ok ? '' : sources.error;
}

describe('a source', () => {
  it("a support tool's folder or archive is one host, named in its name", async () => {
    const folder = at('sosreport-web1-01234567-2026-11-25-abcdefg');
    mkdirSync(join(folder, 'sos_commands'), { recursive: true });
    mkdirSync(join(folder, 'etc'));
    writeFileSync(at('scc_db1_261125_1200.txz'), '');
    expect(await hosts(folder, at('scc_db1_261125_1200.txz'))).toMatchObject([
      { name: 'web1', paths: [{ path: folder }] },
      { name: 'db1' },
    ]);
  });

  it('HOST=PATH, several for one host', async () => {
    expect(await hosts(`B=${at('any.pcap')}`, `A=${at('lone')}`, `B=${at('lone/x.pcap')}`)).toMatchObject([
      {
        name: 'B',
        paths: [{ path: at('any.pcap'), interface: null }, { path: at('lone/x.pcap') }],
        stdin: false,
      },
      { name: 'A', paths: [{ path: at('lone') }] },
    ]);
  });

  it('HOST/INTERFACE=PATH', async () => {
    expect(await hosts(`B/eth1=${at('any.pcap')}`)).toMatchObject([
      { name: 'B', paths: [{ path: at('any.pcap'), interface: 'eth1' }] },
    ]);
  });

  it('HOST=- and HOST/INTERFACE=-', async () => {
    expect(await hosts('B=-')).toEqual([{ name: 'B', paths: [], stdin: true, stdinInterface: null }]);
    expect(await hosts('B/eth1=-')).toMatchObject([{ stdin: true, stdinInterface: 'eth1' }]);
  });

  it('PATH: a host named after the file', async () => {
    expect(await hosts(at('b.pcapng.gz'))).toMatchObject([{ name: 'b' }]);
    expect(await hosts(at('any.pcap'), at('any.pcap1'))).toMatchObject([{ name: 'any', paths: [{}, {}] }]);
  });

  it('a file whose name holds an equals sign', async () => {
    expect(await hosts(at('a=b.pcap'))).toMatchObject([{ name: 'a=b' }]);
  });

  it('a link to a folder among hosts is not followed, and that is told', async () => {
    for (const folder of ['linked/serverA', 'elsewhere']) mkdirSync(at(folder), { recursive: true });
    symlinkSync('../elsewhere', at('linked/serverB'));
    symlinkSync('serverA', at('linked/again'));
    symlinkSync('nowhere', at('linked/broken'));
    const sources = await readSources([at('linked')]);
    expect(sources).toMatchObject({ ok: true, value: { hosts: [{ name: 'serverA' }] } });
    expect(sources.ok && sources.value.warnings).toEqual(
      ['again', 'serverB'].map(
        (name) =>
          `${at('linked', name)} is a link to a folder and is not followed; give it as ${name}=${at('linked', name)} if it is a host`,
      ),
    );
    expect(await hosts(`serverB=${at('linked/serverB')}`)).toMatchObject([{ name: 'serverB' }]);
  });

  it('a directory of hosts, and a directory that is one host', async () => {
    expect(await hosts(at('case'))).toMatchObject([
      { name: 'serverA', paths: [{ path: at('case/serverA') }] },
      { name: 'serverB', paths: [{ path: at('case/serverB') }] },
    ]);
    expect(await hosts(`${at('lone')}/`)).toMatchObject([
      { name: 'lone', paths: [{ path: `${at('lone')}/` }] },
    ]);
  });
});

/** Nothing is barred to root, who is nobody meanwhile. */
async function withoutPrivilege<T>(work: () => Promise<T>): Promise<T> {
  const root = process.geteuid?.() === 0;
  if (root) process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}

const NOBODY = 65534;

describe('what cannot be meant', () => {
  it('one path for two hosts', async () => {
    expect(await refusal(`A=${at('any.pcap')}`, `B=${at('any.pcap')}`)).toContain(
      'was given for A and for B',
    );
  });

  it('one file under two names for two hosts; under two names for one it is read once', async () => {
    symlinkSync(at('any.pcap'), at('soft.pcap'));
    linkSync(at('any.pcap'), at('hard.pcap'));
    for (const other of ['soft.pcap', 'hard.pcap']) {
      expect(await refusal(`A=${at('any.pcap')}`, `B=${at(other)}`)).toContain(
        `${at(other)} (which is ${at('any.pcap')}) was given for A and for B`,
      );
      expect(await hosts(`A=${at('any.pcap')}`, `A=${at(other)}`)).toMatchObject([
        { name: 'A', paths: [{ path: at('any.pcap') }] },
      ]);
    }
  });

  it('what lies below a folder that may not be entered', async () => {
    mkdirSync(at('barred'), { mode: 0o600 });
    for (const source of ['A=barred/any.pcap', 'barred/any.pcap'])
      expect(await withoutPrivilege(() => refusal(source.replace('barred', at('barred'))))).toContain(
        'permission denied',
      );
  });

  it('one path for two interfaces', async () => {
    expect(await refusal(`A/eth0=${at('any.pcap')}`, `A/eth1=${at('any.pcap')}`)).toContain(
      'eth0 and for eth1 of A',
    );
  });

  it('standard input twice', async () => {
    expect(await refusal('A=-', 'B=-')).toContain('for one host only');
  });

  it('two files that would get one host name', async () => {
    expect(await refusal(at('any.pcap'), at('other/any.pcap'))).toContain('would both be host any');
  });

  it('nothing after the equals sign', async () => {
    expect(await refusal('A=')).toContain("a path is missing after '='");
  });
});
