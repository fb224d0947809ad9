import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { readHostSources } from '../../../src/linux/state/read.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wayhome-state-'));
  await mkdir(join(folder, 'nested'));
  await writeFile(join(folder, 'any.pcap'), Buffer.from('d4c3b2a1020004000000000000000000', 'hex'));
  await writeFile(join(folder, 'b.pcapng'), Buffer.from('0a0d0d0a1c0000004d3c2b1a', 'hex'));
  await writeFile(join(folder, 'c.pcap.gz'), Buffer.from('1f8b0800', 'hex'));
  await writeFile(join(folder, 'ip-route.txt'), 'default via 10.3.0.1 dev eth0\n');
  await writeFile(
    join(folder, 'ip-rule-from-powershell.txt'),
    Buffer.from('\ufeff0:\tfrom all lookup local\r\n', 'utf16le'),
  );
  await writeFile(join(folder, 'letter.txt'), 'Dear all,\n');
  await writeFile(join(folder, 'empty.log'), '');
  await writeFile(join(folder, 'noise'), Buffer.from([0, 1, 2, 255, 254, 0]));
});

afterAll(() => rm(folder, { recursive: true }));

describe('readHostSources', () => {
  it('sorts a directory into captures, sources and what it does not know', async () => {
    const { captures, sources, problems } = await readHostSources(folder);
    expect(captures).toEqual(['any.pcap', 'b.pcapng', 'c.pcap.gz'].map((name) => join(folder, name)));
    expect(sources.map(({ path }) => path)).toEqual(
      ['empty.log', 'ip-route.txt', 'ip-rule-from-powershell.txt'].map((name) => join(folder, name)),
    );
    expect(problems).toEqual(
      ['letter.txt', 'noise'].map((name) => ({ kind: 'file-not-recognised', path: join(folder, name) })),
    );
    const state = buildHostState('ServerB', sources);
    expect(state).toMatchObject({ name: 'ServerB', problems: [], routes: [{}], rules: [{ preference: 0 }] });
  });

  it('reads one file', async () => {
    const { sources } = await readHostSources(join(folder, 'ip-route.txt'));
    expect(sources).toHaveLength(1);
  });

  it('says what cannot be read', async () => {
    const missing = join(folder, 'missing');
    expect((await readHostSources(missing)).problems).toMatchObject([
      { kind: 'file-unreadable', path: missing },
    ]);
  });
});
