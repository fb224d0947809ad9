import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Blocks, concat, pcap, text } from '../capture/build.ts';
import { ECHO_REQUEST, ethernet, ipv4, SYN } from '../decode/packets.ts';
import { scratch } from '../support/cases.ts';
import { run } from './run.ts';

const folder = scratch();
const ECHO = ethernet('08 00', ipv4('00 26', '01'), ECHO_REQUEST);
const REQUEST = { seconds: 1_700_000_000, fraction: 5, packet: ECHO };
const LATER = { seconds: 1_700_000_002, fraction: 0, packet: ethernet('08 00', ipv4('00 30', '06'), SYN) };

function write(name: string, bytes: Uint8Array | string): string {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return file;
}

const WHOLE = write('whole.pcap', pcap([LATER, REQUEST]));
const CUT = write('cut.pcap', pcap([REQUEST, LATER]).subarray(0, -3));
const ROUTES = write('routes.txt', 'default via 10.0.0.1\n');

describe('info', () => {
  it('tells people what a capture holds', async () => {
    const { code, stdout, stderr } = await run(['info', WHOLE]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      WHOLE,
      '  format      pcap, little-endian, 170 bytes',
      '  frames      2, 22:13:20 to 22:13:22 UTC on 2023-11-14 (2.00 s); 1 time out of',
      '              order',
      '  interface   Ethernet, snap length 65535, times in units of 1 us',
      '  holds       1 echo request, 1 SYN',
      '  whole       yes',
      '',
    ]);
  });

  it('reads captures in archives, as analyze does', async () => {
    const archive = join(folder, 'captures.tar.gz');
    execFileSync('tar', [
      '-czf',
      archive,
      '-C',
      'captures/ping-asymmetric',
      'ServerA/any.pcap',
      'ServerB/any.pcap',
    ]);
    const { code, stdout } = await run(['info', archive, '--format', 'json']);
    expect(code).toBe(0);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { file: expect.stringMatching(/ServerA\/any\.pcap$/), format: 'pcap' },
      { file: expect.stringMatching(/ServerB\/any\.pcap$/), format: 'pcap' },
    ]);
  });

  it('tells scripts the same, one object a file and line', async () => {
    const { code, stdout, stderr } = await run(['info', WHOLE, CUT, ROUTES, '--format', 'json']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `wayhome: ${ROUTES}: neither pcap nor pcapng (begins with 64656661756c7420); write it with tcpdump -w\n`,
    );
    const [whole, cut, routes] = stdout.trimEnd().split('\n').map(parse);
    expect(whole).toMatchObject({
      file: WHOLE,
      format: 'pcap',
      byteOrder: 'little',
      compression: 'none',
      frames: 2,
      first: '2023-11-14T22:13:20.000005000Z',
      last: '2023-11-14T22:13:22.000000000Z',
      backwards: 1,
      interfaces: [{ name: null, linkType: 1, snapLength: 65535, resolutionNs: 1000 }],
      counts: { echo4Requests: 1, syn: 1, rst: 0, notDecoded: 0 },
      damage: [],
      problem: null,
    });
    expect(cut).toMatchObject({ frames: 1, damage: [{ kind: 'cut-in-record', frame: 2, offset: 92 }] });
    expect(routes).toMatchObject({
      file: ROUTES,
      format: null,
      frames: 0,
      problem: { kind: 'not-a-capture' },
    });
    expect(Object.keys(routes)).toEqual(Object.keys(whole));
  });

  it('says what is damaged, and that something is missing', async () => {
    const { code, stdout } = await run(['info', CUT]);
    expect(code).toBe(3);
    expect(stdout).toContain('  damage      frame 2, byte 92: the file ends inside this frame;');
    expect(stdout).not.toContain('whole');
  });

  it('takes packets that the kernel dropped for missing', async () => {
    const blocks = new Blocks();
    const drops = blocks.statistics(0, [{ code: 5, value: blocks.u64(7n) }]);
    const file = write('drops.pcapng', concat(blocks.section(), blocks.interface(), drops));
    const { code, stdout } = await run(['info', file]);
    expect(code).toBe(3);
    expect(stdout).toContain('  dropped     7 packets by the kernel');
  });

  it('names link types that are not decoded, with their frames', async () => {
    const blocks = new Blocks();
    const wireless = blocks.interface(127, 0, [{ code: 2, value: text('wlan0') }]);
    const unknown = blocks.interface(60000);
    const frames = [0, 0, 1].map((index) => blocks.enhanced(ECHO, 0n, [], index));
    const file = write('wlan.pcapng', gzipSync(concat(blocks.section(), wireless, unknown, ...frames)));
    const { stdout } = await run(['info', file]);
    expect(stdout).toContain('pcapng in gzip, little-endian');
    expect(stdout).toContain('wlan0, 802.11 plus radiotap header, no snap length');
    expect(stdout).toContain('not decoded 2 frames of link type 127 (802.11 plus radiotap header)\n');
    expect(stdout).toContain('not decoded 1 frame of link type 60000\n');
  });

  it('lists a few of many interfaces, all when asked', async () => {
    const blocks = new Blocks();
    const many = Array.from({ length: 20 }, () => blocks.interface());
    const file = write('many.pcapng', concat(blocks.section(), ...many));
    expect((await run(['info', file])).stdout).toContain('and 12 more interfaces');
    expect((await run(['info', '-v', file])).stdout.match(/ {2}interface/g)).toHaveLength(20);
  });

  it('reads standard input, unless it is a terminal', async () => {
    expect((await run(['info', '-'], { stdin: pcap([REQUEST]) })).stdout).toMatch(/^-\n.* {2}whole/s);
    const { code, stderr } = await run(['info', '-'], { stdin: 'terminal' });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'wayhome: standard input is a terminal, not a capture; name a file\n',
    });
  });

  it('reads standard input once, and says so', async () => {
    expect(await run(['info', '-', WHOLE, '-'], { stdin: pcap([REQUEST]) })).toEqual({
      code: 2,
      stdout: '',
      stderr: 'wayhome: standard input (-) can be one capture only\n',
    });
  });
});

function parse(line: string): Record<string, unknown> {
  return JSON.parse(line);
}
