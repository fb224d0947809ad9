import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CASES, scratch } from '../support/cases.ts';
import { run } from './run.ts';

const BLOG = join(CASES, '10-blog-policy-both', 'ServerB');
const STRICT = join(CASES, '02-b-strict-rp-filter', 'ServerB');

function get(host: string, ...words: string[]) {
  return run(['route', 'get', ...words, '--host', host]);
}

function batch(text: string, host = BLOG) {
  return run(['route', 'get', '--batch', '-', '--host', host], { stdin: Buffer.from(text) });
}

function answers(stdout: string) {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

describe('route get', () => {
  it("begins with ip route get's own line, then says why", async () => {
    const { code, stdout, stderr } = await get(BLOG, '10.2.0.100', '--from', '10.4.0.100');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.split('\n');
    expect(lines[0]).toBe('10.2.0.100 from 10.4.0.100 via 10.3.0.1 dev eth0 uid 0');
    expect(lines[2]).toBe('why: rule 32766 leads to table main, where the default route decides');
  });

  it('quotes the rules it passed over and the route it chose', async () => {
    const { stdout } = await get(BLOG, '10.2.0.100', 'from', '10.4.0.100');
    expect(stdout).toContain(`--> ${BLOG}/ip-rule.txt:1\n`);
    expect(stdout).toContain('2 | 32765: from 10.4.0.100 iif eth1 lookup eth1\n');
    expect(stdout).toContain('- passed over: its `iif` never matches what the host itself sends\n');
    expect(stdout).toContain(`--> ${BLOG}/ip-route-all.txt:2, table main, reached by rule 32766\n`);
    expect(stdout).toMatch(/2 \| default via 10\.3\.0\.1 dev eth0\n +\| \^{29} chosen\n/);
  });

  it.each([
    ['10.4.0.100 from 10.2.0.100 iif eth1', 'local 10.4.0.100 from 10.2.0.100 dev lo table local'],
    ['10.2.0.100 mark 0x10', '10.2.0.100 via 10.3.0.1 dev eth0 src 10.3.0.100 mark 0x10 uid 0'],
    ['10.3.0.255', 'broadcast 10.3.0.255 dev eth0 table local src 10.3.0.100 uid 0'],
    ['10.2.0.100 oif eth1', '10.2.0.100 dev eth1 src 10.4.0.100 uid 0'],
    ['fd00:10:3::1', 'fd00:10:3::1 from :: dev eth0 proto kernel src fd00:10:3::100 metric 256 pref medium'],
  ])('%s', async (query, line) => {
    const { code, stdout } = await get(BLOG, ...query.split(' '));
    expect({ code, line: stdout.split('\n')[0] }).toEqual({ code: 0, line });
  });

  it('exits 1 where the kernel refuses, with its words and the filter that did it', async () => {
    const { code, stdout } = await get(STRICT, '10.4.0.100', '--from', '10.2.0.100', '--iif', 'eth1');
    expect(code).toBe(1);
    expect(stdout).toMatch(/^RTNETLINK answers: Invalid argument\n/);
    expect(stdout).toContain('net.ipv4.conf.eth1.rp_filter = 1');
    expect(stdout).toContain('| ------- the way back to the source\n');
  });

  it('exits 3 where the files do not decide it, and names what would', async () => {
    const folder = scratch();
    writeFileSync(
      join(folder, 'rule.txt'),
      '0:\tfrom all lookup local\n100:\tfrom all lookup 7\n32766:\tfrom all lookup main\n',
    );
    writeFileSync(join(folder, 'ip-route.txt'), 'default via 10.3.0.1 dev eth0\n');
    const { code, stdout } = await get(folder, '10.2.0.100');
    expect(code).toBe(3);
    expect(stdout).toMatch(/^cannot tell\n/);
    expect(stdout).toMatch(/= missing: ip route show table 7 of \S+ would settle it/);
  });

  it('exits 3 where rules that no file lists could change the answer, and every form says so', async () => {
    const folder = scratch();
    writeFileSync(
      join(folder, 'ip-route.txt'),
      'default via 10.3.0.1 dev eth0\n10.3.0.0/24 dev eth0 proto kernel scope link src 10.3.0.100\n',
    );
    writeFileSync(
      join(folder, 'ip-addr.txt'),
      '2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500\n    inet 10.3.0.100/24 scope global eth0\n',
    );
    const text = await get(folder, '10.2.0.100');
    expect(text.code).toBe(3);
    expect(text.stdout).toMatch(/^10\.2\.0\.100 via 10\.3\.0\.1 dev eth0 src 10\.3\.0\.100 uid 0\n/);
    expect(text.stdout).toMatch(/= missing: ip rule of \S+ could/);
    const json = await get(folder, '10.2.0.100', '--format', 'json');
    expect(json.code).toBe(3);
    expect(JSON.parse(json.stdout)).toMatchObject({ answer: { dev: 'eth0' }, cannotTell: 'rules: ip rule' });
    const lines = await batch('10.2.0.100\n10.3.0.100\n', folder);
    expect(lines.code).toBe(3);
    expect(answers(lines.stdout)).toMatchObject([
      { answer: { dev: 'eth0' }, cannotTell: 'rules: ip rule' },
      { answer: { type: 'local' }, cannotTell: null },
    ]);
  });

  it('is sure of an address of its own, whatever rules come after the first', async () => {
    const folder = scratch();
    writeFileSync(
      join(folder, 'ip-route.txt'),
      'local 10.3.0.100 dev eth0 table local proto kernel scope host src 10.3.0.100\n',
    );
    const { code, stdout } = await get(folder, '10.3.0.100');
    expect(code).toBe(0);
    expect(stdout).not.toContain('= missing');
  });

  it('takes one file with several outputs pasted into it', async () => {
    const file = join(scratch(), 'state.txt');
    writeFileSync(
      file,
      '# ip route\ndefault via 10.3.0.1 dev eth0\n# ip rule\n0: from all lookup local\n32766: from all lookup main\n',
    );
    const { stdout } = await get(file, '10.2.0.100');
    expect(stdout).toContain('10.2.0.100 via 10.3.0.1 dev eth0');
    expect(stdout).toContain('state.txt:2, table main');
  });

  it('gives the same as JSON, with lines and steps', async () => {
    const { stdout } = await run(['route', 'get', '10.2.0.100', '--host', BLOG, '--format', 'json']);
    const json = JSON.parse(stdout);
    expect(json).toMatchObject({
      schema: 'wayhome.route/1',
      host: 'ServerB',
      answer: { dst: '10.2.0.100', gateway: '10.3.0.1', dev: 'eth0', prefsrc: '10.3.0.100' },
      error: null,
      cannotTell: null,
    });
    expect(json.sources).toContainEqual({
      file: join(BLOG, 'ip-route-all.txt'),
      line: 2,
      text: 'default via 10.3.0.1 dev eth0',
      mark: 'decides',
      label: 'chosen',
      where: 'table main, reached by rule 32766',
    });
    expect(json.trace.at(-1).step).toBe('source-chosen');
  });

  it.each([
    [['10.2.0.300'], "'10.2.0.300': expected an IPv4 or IPv6 address"],
    [['10.2.0.1', 'form', '10.4.0.100'], "'form': expected one of from, iif"],
    [['10.2.0.1', '-6'], "'10.2.0.1': expected an IPv6 address"],
    [['10.2.0.1', '--mark', 'x'], "'x': expected a number up to 4294967295"],
    [[], 'an address is missing (or --batch FILE)'],
    [['10.2.0.1', '--batch', '-'], 'give an address or --batch, not both'],
  ])('%o gets one line', async (words, message) => {
    const { code, stdout, stderr } = await get(BLOG, ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`wayhome: ${message}`);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('says what a path without a host state lacks', async () => {
    const { code, stderr } = await get(scratch(), '10.2.0.1');
    expect(code).toBe(2);
    expect(stderr).toContain('no host state; save what ip addr, ip route show table all, ip rule');
    expect((await get('/nowhere', '10.2.0.1')).stderr).toMatch(
      /^wayhome: cannot read \/nowhere: ENOENT[^\n]*\n$/,
    );
  });
});

describe('route get --batch', () => {
  it('answers each line by an object, in order', async () => {
    const { code, stdout } = await batch(
      '10.2.0.100\n\n# a comment\n-6 fd00:10:3::1\nroute get 10.9.9.9 oif eth1',
    );
    expect(code).toBe(0);
    expect(answers(stdout).map((one) => [one.query, one.answer.dev, one.error, one.cannotTell])).toEqual([
      ['10.2.0.100', 'eth0', null, null],
      ['-6 fd00:10:3::1', 'eth0', null, null],
      ['route get 10.9.9.9 oif eth1', 'eth1', null, null],
    ]);
  });

  it('counts a refusal as an answer', async () => {
    const { code, stdout } = await batch('10.4.0.100 from 10.2.0.100 iif eth1\n', STRICT);
    expect(code).toBe(0);
    expect(answers(stdout)[0]).toMatchObject({ answer: null, error: 'EINVAL', cannotTell: null });
  });

  it('keeps its place at a line that is no lookup, and exits 2', async () => {
    const { code, stdout, stderr } = await batch('10.2.0.100\nnonsense\n10.3.0.1\n');
    expect(code).toBe(2);
    expect(answers(stdout).map((one) => one.invalid?.word ?? null)).toEqual([null, 'nonsense', null]);
    expect(answers(stdout)[1].error).toBe("'nonsense': expected an IPv4 or IPv6 address");
    expect(stderr).toContain('1 line was not understood');
  });

  it('answers thousands of lines', async () => {
    const many = Array.from({ length: 5000 }, (_, i) => `10.2.${i >>> 8}.${i & 255}`).join('\n');
    const { stdout } = await batch(`${many}\n`);
    expect(answers(stdout)).toHaveLength(5000);
  });

  it('says when the file is not there', async () => {
    const { code, stderr } = await run(['route', 'get', '--batch', '/nowhere', '--host', BLOG]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^wayhome: cannot read \/nowhere: ENOENT[^\n]*\n$/);
  });
});
