import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Header, type HeaderData } from 'tar';
import { afterAll, describe, expect, it } from 'vitest';
import { Budget } from '../../../src/linux/archive/budget.ts';
import { readHostSources } from '../../../src/linux/state/read.ts';
import { zipOf } from './zip-file.ts';

/** Archives that were made to do harm: to lead out, to fill the memory, to be read for ever. */
const scratch = mkdtempSync(join(tmpdir(), 'wayhome-hostile-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const ROUTE = 'default via 10.0.0.1 dev eth0\n';
const STOLEN = [
  '/etc/passwd',
  '../../../etc/passwd',
  'a/../../x',
  'C:\\x',
  '..\\..\\x',
  '\\\\host\\share\\x',
];

interface Member extends HeaderData {
  readonly content?: string | Buffer;
}

function tarOf(members: readonly Member[]): Buffer {
  const blocks = members.flatMap(({ content = '', ...data }) => {
    const header = new Header({
      mode: 0o644,
      uid: 0,
      gid: 0,
      mtime: new Date(0),
      size: Buffer.byteLength(content),
      ...data,
    });
    const block = Buffer.alloc(512);
    header.encode(block, 0);
    const padding = Buffer.alloc((512 - (Buffer.byteLength(content) % 512)) % 512);
    return [block, Buffer.from(content), padding];
  });
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

async function read(name: string, bytes: Uint8Array) {
  const path = join(scratch, name);
  writeFileSync(path, bytes);
  const { sources, packedCaptures, problems } = await readHostSources(path);
  return {
    files: sources.map((one) => one.path.slice(path.length)),
    sources,
    packedCaptures,
    problems,
    path,
  };
}

const refused = (path: string, names: readonly string[]) =>
  names.map((name) => ({
    kind: 'file-unreadable',
    path: `${path}/${name}`,
    reason: 'leads out of the archive',
  }));

describe('what leads out of an archive is refused, the rest is read', () => {
  it('names, in tar', async () => {
    const members = STOLEN.map((path) => ({ path, type: 'File', content: ROUTE }) as const);
    const inside = { path: './a/../ip-route.txt', type: 'File', content: ROUTE } as const;
    const { files, problems, path } = await read('names.tar', tarOf([...members, inside]));
    expect(files).toEqual(['/ip-route.txt']);
    expect(problems).toEqual(refused(path, STOLEN));
  });

  it('names, in zip', async () => {
    const members = STOLEN.map((name) => ({ name, text: ROUTE }));
    const { files, problems, path } = await read(
      'names.zip',
      zipOf([...members, { name: 'ip-route.txt', text: ROUTE }]),
    );
    expect(files).toEqual(['/ip-route.txt']);
    const told = STOLEN.map((name) => name.replaceAll('\\', '/'));
    expect(problems).toEqual(refused(path, told));
  });

  it('links, symbolic and hard, in tar', async () => {
    const links = [
      { path: 'host/ip-addr.txt', type: 'SymbolicLink', linkpath: '/etc/passwd' },
      { path: 'host/ip-rule.txt', type: 'SymbolicLink', linkpath: '../../x' },
      { path: 'host/ip-neigh.txt', type: 'Link', linkpath: '../x' },
    ] as const;
    const file = { path: 'host/ip-route.txt', type: 'File', content: ROUTE } as const;
    const { files, problems, path } = await read('links.tar', tarOf([...links, file]));
    expect(files).toEqual(['/host/ip-route.txt']);
    expect(problems).toEqual(
      refused(
        path,
        links.map((one) => `${one.path} -> ${one.linkpath}`),
      ),
    );
  });

  it('links, in zip', async () => {
    const { files, problems, path } = await read(
      'links.zip',
      zipOf([
        { name: 'host/ip-addr.txt', text: '/etc/passwd', mode: 0o120777 },
        { name: 'host/ip-rule.txt', text: 'ip-route.txt', mode: 0o120777 },
        { name: 'host/ip-route.txt', text: ROUTE },
      ]),
    );
    expect(files).toEqual(['/host/ip-route.txt']);
    expect(problems).toEqual(refused(path, ['host/ip-addr.txt -> /etc/passwd']));
  });

  it('links in a circle, and links to links', async () => {
    const { files, problems } = await read(
      'circle.tar',
      tarOf([
        { path: 'a', type: 'SymbolicLink', linkpath: 'b' },
        { path: 'b', type: 'SymbolicLink', linkpath: 'a' },
        { path: 'c', type: 'SymbolicLink', linkpath: 'c' },
        { path: '1', type: 'File', content: ROUTE },
        { path: 'ip-route.txt', type: 'SymbolicLink', linkpath: '1' },
      ]),
    );
    expect([files, problems]).toEqual([['/ip-route.txt'], []]);
  });
});

describe('nothing is unpacked without measure', () => {
  const bombs: Record<string, () => Buffer> = {
    gzip: () => gzipSync(Buffer.alloc(40 << 20, ' ')),
    // 4,000,000 zeros each.
    bzip2: () => Buffer.from(BZIP2_OF_ZEROS.repeat(50), 'base64'),
    xz: () => Buffer.from(XZ_OF_ZEROS, 'base64'),
    'tar in gzip': () =>
      gzipSync(tarOf([{ path: 'ip-route.txt', type: 'File', content: Buffer.alloc(20 << 20, ROUTE) }])),
  };

  it.each(Object.keys(bombs))('%s', async (name) => {
    const before = process.memoryUsage().rss;
    const { sources, problems } = await read(`${name}.bin`, bombs[name]());
    expect(sources.filter(({ text }) => text.trim() !== '')).toEqual([]);
    expect(problems.at(-1)).toMatchObject({
      kind: 'archive-incomplete',
      reason: expect.stringMatching(/^unpacks to more than \d+ bytes/),
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(200 << 20);
  });

  it('zip that unpacks to more than its size is worth', async () => {
    const size = 1 << 30;
    const { problems } = await read('liar.zip', zipOf([{ name: 'a.pcap', text: ROUTE, size }]));
    expect(problems).toMatchObject([{ kind: 'archive-incomplete' }]);
  });

  it('zip whose content is longer than it says', async () => {
    const members = [
      { name: 'ip-rule.txt', text: '0:\tfrom all lookup local\n' },
      { name: 'ip-route.txt', text: ROUTE.repeat(100), size: 30 },
    ];
    const { sources } = await read('longer.zip', zipOf(members));
    expect(sources.map(({ text }) => text.length)).toEqual([25, 30]);
  });

  it('names as long as the archive may be', async () => {
    const long = `${'n'.repeat(90)}/`.repeat(5_000);
    const pax = (path: string) => {
      const record = (digits: number): string => {
        const text = ` path=${path}\n`;
        const length = String(text.length + digits).length;
        return length === digits ? `${text.length + digits}${text}` : record(digits + 1);
      };
      return record(1);
    };
    const members = Array.from({ length: 200 }, () => [
      { path: 'PaxHeader/x', type: 'ExtendedHeader', content: pax(`../${long}`) } as const,
      { path: 'x', type: 'File', content: ROUTE } as const,
    ]);
    const before = process.memoryUsage().rss;
    const { problems } = await read('names.tar.gz', gzipSync(tarOf(members.flat()), { level: 1 }));
    expect(problems.at(-1)).toMatchObject({ kind: 'archive-incomplete' });
    expect(process.memoryUsage().rss - before).toBeLessThan(500 << 20);
  });

  it('an archive in an archive is not unpacked', async () => {
    const inner = gzipSync(Buffer.alloc(50 << 20));
    const members = [
      { path: 'inner.txt', type: 'File', content: inner } as const,
      { path: 'inner.tar.gz', type: 'File', content: inner } as const,
    ];
    const { sources, packedCaptures } = await read('nested.tar', tarOf(members));
    expect(sources).toEqual([]);
    // As it is: whether it is a capture under compression, a reader with bounds of its own will see.
    expect(packedCaptures.map(({ bytes }) => bytes.length)).toEqual([inner.length]);
  });

  it('more files than anybody has', () => {
    const budget = new Budget(1 << 30);
    for (let i = 0; i < 100_000; i++) budget.enter(10);
    expect(() => budget.enter(10)).toThrow('holds more than 100000 files');
  });

  it('pipes and devices are no files', async () => {
    const types = ['FIFO', 'CharacterDevice', 'BlockDevice', 'Directory'] as const;
    const members = types.map((type) => ({ path: 'ip-route.txt', type }));
    expect(await read('devices.tar', tarOf(members))).toMatchObject({ sources: [], problems: [] });
  });
});

const BZIP2_OF_ZEROS = 'QlpoOTFBWSZTWf5U2/MAHqNEAMAAEAAACCAAMMwJqmmipIbUKkh4u5IpwoSH8qbfmA==';
/** 1,500,000 zeros. */
const XZ_OF_ZEROS =
  '/Td6WFoAAAFpIt42AgAhARwAAAAQz1jM9uNfARldAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN2X+m44wjEVPgWRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiUcR89jyThcJ6nI1/sKMuF0ZWYin4qkfIndfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DEvS5fqg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vuaMC5WwI+F8L04CoAAAAAAAJrKW/0AAbEC4MZbADhoEXI+MA2LAgAAAAABWVo=';
