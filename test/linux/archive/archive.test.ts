import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { create } from 'tar';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HostState } from '../../../src/linux/host-state.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { readHostSources } from '../../../src/linux/state/read.ts';
import { FIXTURES, folder, model } from '../state/read-state.ts';

const ARCHIVES = join(FIXTURES, 'archives');
const plain = buildHostState('host', folder('rich/plain'));

const ALL = ['addresses', 'rules', 'routes', 'neighbours', 'nextHopObjects', 'tableNames'] as const;

/** In one order for all, as forms that list families apart have another. */
function comparable(state: HostState): unknown {
  return ALL.map((part) =>
    [...(model([...state[part]]) as unknown[])].map((one) => JSON.stringify(one)).sort(),
  );
}

let scratch = '';
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'wayhome-archive-'));
});
afterAll(() => rm(scratch, { recursive: true }));

async function stateIn(path: string) {
  const read = await readHostSources(path);
  return { ...read, state: buildHostState('host', read.sources) };
}

const refusedHostname = (path: string, name: string) => ({
  kind: 'file-unreadable',
  path: `${path}/${name}`,
  reason: 'leads out of the archive',
});

describe('an archive tells what its files tell', () => {
  it.each(['gz', 'xz', 'bz2'])('sosreport, tar.%s', async (ending) => {
    const path = join(ARCHIVES, `sosreport-serverB-2026-11-25-abcdefg.tar.${ending}`);
    const { state, problems } = await stateIn(path);
    expect(comparable(state)).toEqual(comparable(plain));
    expect(state.sysctls.get('net.ipv4.conf.eth1/200.rp_filter')?.value).toBe('2');
    expect(problems).toEqual([
      refusedHostname(path, 'sosreport-serverB-2026-11-25-abcdefg/etc/hostname -> ../../../etc/hostname'),
    ]);
    expect(state.problems).toMatchObject([
      { kind: 'line-not-understood', expected: expect.stringContaining('iptables-save') },
    ]);
    expect(state.routes[0].span.source.path).toContain(
      `${path}/sosreport-serverB-2026-11-25-abcdefg/sos_commands/`,
    );
  });

  it.each(['serverB.zip', 'serverB.tar', 'scc_serverB_261125_1200.txz'])('%s', async (name) => {
    const { state, problems } = await stateIn(join(ARCHIVES, name));
    expect(comparable(state)).toEqual(comparable(plain));
    expect([...problems, ...state.problems]).toEqual([]);
  });

  it.each(['ip-route-all.txt.gz', 'ip-route-all.txt.xz'])('%s, a text', async (name) => {
    const { state, problems } = await stateIn(join(ARCHIVES, name));
    expect(model(state.routes)).toHaveLength(plain.routes.length);
    expect(problems).toEqual([]);
  });

  it('unpacked, a sosreport is one host', async () => {
    const unpacked = join(scratch, 'unpacked');
    await mkdir(unpacked);
    const archive = join(ARCHIVES, 'sosreport-serverB-2026-11-25-abcdefg.tar.gz');
    execFileSync('tar', ['-xf', archive, '-C', unpacked]);
    for (const path of [unpacked, join(unpacked, 'sosreport-serverB-2026-11-25-abcdefg')]) {
      const { state, problems } = await stateIn(path);
      expect(comparable(state)).toEqual(comparable(plain));
      expect(problems.filter(({ kind }) => kind !== 'file-unreadable')).toEqual([]);
    }
  });

  it('captures within are kept whole', async () => {
    const captured = await readFile('captures/asymmetric-reply/serverB/any.pcap').catch(() => null);
    const bytes = captured ?? Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex');
    await mkdir(join(scratch, 'case'));
    await writeFile(join(scratch, 'case/any.pcap'), bytes);
    await create({ file: join(scratch, 'case.tgz'), gzip: true, cwd: join(scratch, 'case') }, ['any.pcap']);
    const { packedCaptures, captures } = await readHostSources(join(scratch, 'case.tgz'));
    expect(captures).toEqual([]);
    expect(packedCaptures.map(({ path }) => path)).toEqual([join(scratch, 'case.tgz/any.pcap')]);
    expect(Buffer.from(packedCaptures[0].bytes).equals(bytes)).toBe(true);
  });
});

describe('a hostile archive', () => {
  it('that unpacks out of proportion is given up, and said to be', async () => {
    const path = join(scratch, 'bomb.tar.gz');
    const header = gunzipSync(
      await readFile(join(ARCHIVES, 'sosreport-serverB-2026-11-25-abcdefg.tar.gz')),
    ).subarray(0, 512);
    await writeFile(path, gzipSync(Buffer.concat([header, Buffer.alloc(80 * 1024 * 1024)])));
    expect(await stateIn(path)).toMatchObject({
      sources: [],
      problems: [
        { kind: 'archive-incomplete', reason: expect.stringMatching(/^unpacks to more than \d+ bytes/) },
      ],
    });
  });

  it('of one text out of proportion likewise', async () => {
    const path = join(scratch, 'bomb.txt.gz');
    await writeFile(path, gzipSync(Buffer.alloc(80 * 1024 * 1024, 'default via 10.0.0.1 dev eth0\n')));
    const { problems } = await readHostSources(path);
    expect(problems).toMatchObject([{ kind: 'archive-incomplete' }]);
  });

  it('cut off tells what it held up to there', async () => {
    const whole = gunzipSync(await readFile(join(ARCHIVES, 'sosreport-serverB-2026-11-25-abcdefg.tar.gz')));
    const path = join(scratch, 'cut.tar.gz');
    await writeFile(path, gzipSync(whole).subarray(0, 4000));
    const { sources, problems } = await readHostSources(path);
    expect(sources.length).toBeGreaterThan(5);
    expect(problems.map(({ kind }) => kind)).toContain('archive-incomplete');
  });

  it.each(['gz', 'xz', 'bz2'])('never throws, wherever it was cut or changed: tar.%s', async (ending) => {
    const whole = await readFile(join(ARCHIVES, `sosreport-serverB-2026-11-25-abcdefg.tar.${ending}`));
    const path = join(scratch, `damaged.tar.${ending}`);
    for (let at = 1; at < whole.length; at += 373) {
      const changed = Buffer.from(whole);
      changed[at] ^= 0x55;
      for (const bytes of [whole.subarray(0, at), changed]) {
        await writeFile(path, bytes);
        const { sources } = await readHostSources(path);
        expect(buildHostState('host', sources).name).toBe('host');
      }
    }
  });

  it('with a link out of an unpacked folder does not show the machine it is read on', async () => {
    const root = join(scratch, 'linked');
    await mkdir(join(root, 'sos_commands/networking'), { recursive: true });
    await mkdir(join(root, 'etc/iproute2'), { recursive: true });
    await cp(
      join(FIXTURES, 'rich/plain/ip-route-all.txt'),
      join(root, 'sos_commands/networking/ip_route_show_table_all'),
    );
    await writeFile(join(scratch, 'mine'), '200 mine\n');
    await symlink('../../../mine', join(root, 'etc/iproute2/rt_tables'));
    const { sources, problems } = await readHostSources(root);
    expect(sources).toHaveLength(1);
    expect(problems).toEqual([
      {
        kind: 'file-unreadable',
        path: join(root, 'etc/iproute2/rt_tables'),
        reason: 'leads out of the folder',
      },
    ]);
  });
});
