import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { parseRouteQuery } from '../../../src/linux/route-query.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { readHostSources } from '../../../src/linux/state/read.ts';
import { stateOf } from './read-state.ts';

/** Host states that were made to do harm; archives of them are in `../archive/hostile.test.ts`. */
const scratch = mkdtempSync(join(tmpdir(), 'wayhome-hostile-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const ROUTE = 'default via 10.0.0.1 dev eth0\n';

describe('a folder', () => {
  let host = '';
  beforeEach(() => {
    host = mkdtempSync(join(scratch, 'host-'));
    writeFileSync(join(host, 'ip-route.txt'), ROUTE);
    writeFileSync(join(scratch, 'secret.txt'), 'net.ipv4.secret = 1\n');
  });

  async function read() {
    const { sources, captures, problems } = await readHostSources(host);
    return {
      files: [...sources.map(({ path }) => path), ...captures].map((path) => path.slice(host.length + 1)),
      problems: problems.map((one) =>
        'path' in one && 'reason' in one ? `${one.path.slice(host.length + 1)}: ${one.reason}` : one.kind,
      ),
    };
  }

  it.each(['../secret.txt', join(scratch, 'secret.txt'), '/etc/hostname', '/dev/zero', '..', '/'])(
    'with a link to %s does not show what is there',
    async (target) => {
      symlinkSync(target, join(host, 'link.txt'));
      expect(await read()).toEqual({
        files: ['ip-route.txt'],
        problems: [
          'link.txt: is a link that leads out of the folder; name what it leads to by itself if it is meant',
        ],
      });
    },
  );

  it('with links inside is read once', async () => {
    symlinkSync('ip-route.txt', join(host, 'again.txt'));
    mkdirSync(join(host, 'older/deep'), { recursive: true });
    writeFileSync(join(host, 'older/deep/rules'), '0:\tfrom all lookup local\n');
    symlinkSync('older/deep/rules', join(host, 'ip-rule.txt'));
    symlinkSync('older/deep', join(host, 'deep'));
    expect(await read()).toEqual({ files: ['ip-route.txt', 'ip-rule.txt'].sort(), problems: [] });
  });

  it('with links in a circle, or nowhere, says so', async () => {
    symlinkSync('b.txt', join(host, 'a.txt'));
    symlinkSync('a.txt', join(host, 'b.txt'));
    symlinkSync('absent.txt', join(host, 'c.txt'));
    expect(await read()).toEqual({
      files: ['ip-route.txt'],
      problems: [
        'a.txt: is a link that leads in a circle',
        'b.txt: is a link that leads in a circle',
        'c.txt: is a link that leads nowhere',
      ],
    });
  });

  it('with a pipe in it does not wait for somebody to write there', async () => {
    execFileSync('mkfifo', [join(host, 'any.pcap')]);
    symlinkSync('any.pcap', join(host, 'link.pcap'));
    expect(await read()).toEqual({
      files: ['ip-route.txt'],
      problems: ['any.pcap: is no regular file; name it by itself if it is meant'],
    });
  });

  it('with a folder that leads to itself has an end', async () => {
    for (const name of ['sos_commands/networking', 'etc']) mkdirSync(join(host, name), { recursive: true });
    symlinkSync('..', join(host, 'sos_commands/up'));
    symlinkSync('.', join(host, 'sos_commands/networking/self'));
    writeFileSync(join(host, 'sos_commands/networking/ip_route_show_table_all'), ROUTE);
    const { files, problems } = await read();
    expect(files).toEqual(['ip-route.txt', 'sos_commands/networking/ip_route_show_table_all']);
    expect(problems).toEqual([]);
  });

  it('with more files than anybody has is read in part, and said to be', async () => {
    for (let i = 0; i < 1000; i++) writeFileSync(join(host, `${i}.txt`), '');
    expect((await read()).problems).toContain(
      ': holds 1001 files; those after the first 1000 by name are not read',
    );
  });

  it('of files that do not fit into the memory likewise', async () => {
    for (const name of ['z1.txt', 'z2.txt', 'z3.txt']) {
      writeFileSync(join(host, name), '');
      truncateSync(join(host, name), 100 << 20);
    }
    writeFileSync(join(host, 'z4.txt'), '');
    truncateSync(join(host, 'z4.txt'), 2 ** 40);
    const { files, problems } = await read();
    expect(files).toEqual(['ip-route.txt']);
    expect(problems).toEqual([
      'file-not-recognised',
      'file-not-recognised',
      'z3.txt: 104857600 bytes; at most 268435456 of host states are read together',
      `z4.txt: ${2 ** 40} bytes; at most 268435456 of host states are read together`,
    ]);
  });
});

describe('words that every object knows', () => {
  const WORDS = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'] as const;
  /** For each, a text in which it stands wherever a word is looked up. */
  const texts: Record<string, (word: string) => string> = {
    'iptables-save': (word) =>
      `# Generated by iptables-save\n*${word}\n:INPUT DROP [0:0]\n:${word} - [0:0]\n-A INPUT -j ${word}\n-A INPUT -p ${word} -j ACCEPT\n-A INPUT -m ${word} --${word} 1 -j REJECT --reject-with ${word}\n-A INPUT -m tcp --${word} 1 -g ${word}\nCOMMIT\n*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -j ${word}\n-A INPUT -m ${word} -j DROP\nCOMMIT\n`,
    nft: (word) =>
      `table ip ${word} {\n\tset ${word} {\n\t\ttype ${word} . ${word}\n\t\telements = { ${word} }\n\t}\n\tchain ${word} {\n\t\ttype filter hook input priority ${word}; policy ${word};\n\t\t${word}\n\t\t${word} ${word} accept\n\t\tip saddr ${word} drop\n\t\tmeta ${word} set 1\n\t\treject with ${word} type 1\n\t\treject with ${word}\n\t\tct state ${word} jump ${word}\n\t}\n}\n`,
    'nft -j': (word) =>
      `{"nftables":[{"metainfo":{}},{"${word}":{"family":"ip"}},{"table":{"family":"ip","name":"${word}"}},{"chain":{"family":"ip","table":"${word}","name":"${word}","type":"filter","hook":"input","prio":0,"policy":"accept"}},{"rule":{"family":"ip","table":"${word}","chain":"${word}","expr":[{"${word}":{"${word}":1}},{"match":{"op":"==","left":{"${word}":{"${word}":{}}},"right":{"${word}":[1]}}},{"jump":{"target":"${word}"}}]}}]}`,
    'ip -j route': (word) =>
      `[{"${word}":{"polluted":1},"type":"${word}","dst":"default","dev":"${word}","table":"${word}","protocol":"${word}","scope":"${word}","flags":["${word}"],"metrics":[{"${word}":{"polluted":1}}]}]`,
    'ip -j addr': (word) =>
      `[{"ifindex":1,"ifname":"${word}","flags":["${word}"],"${word}":{"polluted":true},"linkinfo":{"info_kind":"${word}","info_data":{"${word}":{"polluted":1}}},"addr_info":[{"family":"${word}","local":"10.0.0.1","prefixlen":8,"${word}":{"polluted":1}}]}]`,
    'ip -j rule': (word) =>
      `[{"priority":0,"src":"all","table":"${word}","${word}":{"polluted":1},"action":"${word}"}]`,
    'ip route': (word) =>
      `default via 10.0.0.1 dev ${word} table ${word} proto ${word} scope ${word} ${word} ${word}\n${word} 10.0.0.0/8 dev ${word}\n`,
    'ip rule': (word) => `0:\tfrom all lookup ${word}\n1:\tfrom all ${word} ${word} lookup ${word}\n`,
    'ip addr': (word) =>
      `1: ${word}: <${word.toUpperCase()}> mtu 1 qdisc ${word} state ${word} group ${word}\n    link/${word} 00:00:00:00:00:01 brd ${word}\n    inet 10.0.0.1/8 scope ${word} ${word}\n    ${word} ${word}\n`,
    sysctl: (word) =>
      `net.ipv4.conf.${word}.rp_filter = ${word}\n${word}.${word} = 1\nnet.${word} = ${word}\n`,
    rt_tables: (word) => `255\tlocal\n300\t${word}\n`,
    nstat: (word) => `#kernel\n${word} 1 0.0\nIp${word} 1 0.0\n`,
    'nstat -j': (word) => `{"kernel":{"${word}":1,"IpInReceives":{"${word}":1}}}`,
    'netstat -s': (word) => `Ip:\n    1 total packets received\n${word}:\n    ${word}: 1\n`,
    ss: (word) =>
      `State Recv-Q Send-Q Local Address:Port Peer Address:Port\n${word} 0 0 ${word}:${word} ${word}:*\nLISTEN 0 1 10.0.0.1%${word}:22 0.0.0.0:* ${word}\n`,
    conntrack: (word) =>
      `tcp 6 1 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 sport=1 dport=2 ${word}=1 src=10.0.0.2 dst=10.0.0.1 sport=2 dport=1 ${word}=${word} use=1\n${word} 6 1 src=1 dst=2\n`,
    markdown: (word) =>
      `| Destination | Gateway | Genmask | Iface | ${word} |\n|---|---|---|---|---|\n| 10.0.0.0 | 0.0.0.0 | 255.0.0.0 | ${word} | ${word} |\n`,
  };

  it.each(Object.keys(texts))('are plain words in %s', (name) => {
    for (const word of WORDS) {
      const plain = stateOf(texts[name]('zzz'));
      const state = stateOf(texts[name](word));
      expect(Object.prototype).not.toHaveProperty('polluted');
      // Whatever a word of no meaning does there, these do.
      const counts = (one: typeof state) => [
        one.links.length,
        one.addresses.length,
        one.rules.length,
        one.routes.length,
        one.firewall?.chains.length,
        one.sysctls.size,
        [...one.given].sort(),
      ];
      expect(counts(state)).toEqual(counts(plain));
    }
  });

  it('are no options of `ip route get`', () => {
    for (const word of WORDS) expect(parseRouteQuery(`10.0.0.1 ${word} 1`)).toMatchObject({ ok: false });
  });
});

/** Milliseconds of processor time: the machine may be busy with other things. */
function processorMs(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('without end', () => {
  const DEEP = 100_000;
  const rule = (expressions: string) =>
    `{"nftables":[{"metainfo":{}},{"table":{"family":"ip","name":"t"}},{"chain":{"family":"ip","table":"t","name":"c","type":"filter","hook":"input","prio":0,"policy":"accept"}},{"rule":{"family":"ip","table":"t","chain":"c","expr":[${expressions}]}}]}`;
  const chain = (text: string) =>
    `table ip t {\n\tchain c {\n\t\ttype filter hook input priority 0;\n\t\t${text}\n\t}\n}\n`;
  const nested: Record<string, string> = {
    arrays: '['.repeat(DEEP),
    'arrays that end': `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`,
    'a route': `[{"dst":"default","metrics":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}]`,
    'a route without an array': `${'{"dst":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`,
    'an address': `[{"ifname":"eth0","addr_info":${'[{"local":'.repeat(DEEP)}1${'}]'.repeat(DEEP)}}]`,
    'a rule of nft': rule(
      `{"match":{"op":"==","left":${'{"&":['.repeat(DEEP)}1${',1]}'.repeat(DEEP)},"right":1}}`,
    ),
    'a rule of nft below the limit': rule(
      `{"match":{"op":"==","left":${'{"&":['.repeat(25)}1${',1]}'.repeat(25)},"right":1}}`,
    ),
    'braces of nft': chain('{'.repeat(DEEP)),
    'sets of nft': chain(`ip saddr ${'{ '.repeat(DEEP)}10.0.0.1${' }'.repeat(DEEP)} accept`),
    'brackets of nft': chain(`meta mark ${'('.repeat(DEEP)}1${')'.repeat(DEEP)} accept`),
    'tables of nft': 'table ip t {\n'.repeat(DEEP),
    'negations of iptables': `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ${'! '.repeat(DEEP)}-s 10.0.0.1 -j DROP\nCOMMIT\n`,
    'quotes of iptables': `*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -m comment --comment ${'"\\'.repeat(DEEP)} -j DROP\nCOMMIT\n`,
  };

  it.each(Object.keys(nested))('nested: %s', (name) => {
    const used = processorMs(() => expect(stateOf(nested[name]).name).toBe('host'));
    expect(used).toBeLessThan(3000);
  });

  const HEADS: readonly string[] = [
    '',
    ROUTE,
    '0:\tfrom all lookup local\n',
    '1: lo: <LOOPBACK,UP> mtu 65536 qdisc noqueue state UNKNOWN group default\n',
    'net.ipv4.ip_forward = 1\n',
    'table ip t {\n',
    '# Generated by iptables-save\n*filter\n:INPUT ACCEPT [0:0]\n-A INPUT ',
    '[{"dst":"default","dev":"',
    'tcp 6 1 ESTABLISHED src=10.0.0.1 dst=10.0.0.2 ',
    '| Destination | Gateway | Genmask | Iface |\n',
  ];
  const PIECES: readonly string[] = [
    ' ',
    'a',
    '#',
    '[',
    '>',
    '"',
    '\\"',
    'a=',
    '=',
    '^[',
    '# ip a ',
    '{',
    '1.',
    ':',
    '\n# ip a',
    '\n==> /proc/sys/net/a <==',
  ];

  it.each(HEADS)('lines of a hundred thousand characters after %j', (head) => {
    const used = processorMs(() => {
      for (const piece of PIECES) {
        const { problems } = stateOf(head + piece.repeat(100_000 / piece.length));
        expect(problems.length).toBeLessThanOrEqual(500);
      }
    });
    // Some megabytes; what grows with the square of a line would take minutes.
    expect(used).toBeLessThan(5000);
  });

  it('what is told of a line is short, however long the line', () => {
    const { problems } = buildHostState('host', [
      { path: 'x', text: `${ROUTE}${'default via nowhere '.repeat(100_000)}` },
    ]);
    expect(problems.length).toBeGreaterThan(0);
  });
});
