import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Family, formatIp } from '../../src/addr/ip.ts';
import { Random } from './random.ts';
import { globalAddress, routeText } from './route-text.ts';

const SEED = 7;
const ROUTES: Record<Family, number> = { 4: 1_000_000, 6: 200_000 };
const QUERIES = 100_000;

const ADDRESSES = `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536
    inet 127.0.0.1/8 scope host lo
2: eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500
    inet 10.0.0.200/24 scope global eth0
    inet6 fd00::200/64 scope global
`;
const RULES = '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n';

/** What `look-up.ts` prints. */
interface Figures {
  readonly routes: number;
  readonly readSeconds: number;
  readonly indexSeconds: number;
  readonly lookupMicros: number;
  /** With the query read and the answer written as JSON. */
  readonly batchMicros: number;
  readonly residentMb: number;
}

/** Makes both tables, and prints one row each. */
export function measure(folder: string, quick: boolean): void {
  print(
    'table        routes   read s   index s   µs a lookup   µs a batch line   peak MB   ip: load s   ip: µs a lookup',
  );
  for (const family of [4, 6] as const) row(folder, family, quick ? ROUTES[family] / 10 : ROUTES[family]);
}

function row(folder: string, family: Family, count: number): void {
  const host = join(folder, `v${family}-${count}`);
  const queries = makeHost(host, family, count);
  const ours: Figures = JSON.parse(node('test/bench/look-up.js', [host, queries]));
  const theirs = process.getuid?.() === 0 ? askKernel(host, family, queries) : null;
  const figures = [
    ours.routes,
    ours.readSeconds.toFixed(2),
    ours.indexSeconds.toFixed(2),
    ours.lookupMicros.toFixed(1),
    ours.batchMicros.toFixed(1),
    ours.residentMb,
    theirs?.loadSeconds.toFixed(2) ?? '-',
    theirs?.lookupMicros.toFixed(1) ?? '-',
  ];
  const widths = [12, 9, 10, 14, 18, 10, 13, 18];
  print(`IPv${family}`.padEnd(7) + figures.map((figure, i) => String(figure).padStart(widths[i])).join(''));
}

/** Writes what a user would save, unless it is there from another run; the queries' path. */
function makeHost(host: string, family: Family, count: number): string {
  const queries = `${host}.queries`;
  if (existsSync(queries)) return queries;
  mkdirSync(host, { recursive: true });
  writeFileSync(join(host, 'ip-addr.txt'), ADDRESSES);
  writeFileSync(join(host, family === 4 ? 'ip-rule.txt' : 'ip6-rule.txt'), RULES);
  writeFileSync(join(host, 'ip-route-all.txt'), routeText(family, count, SEED));
  const random = new Random(SEED + 1);
  const lines = Array.from({ length: QUERIES }, () => formatIp(globalAddress(family, random)));
  writeFileSync(queries, `${lines.join('\n')}\n`);
  return queries;
}

/** The same table in a namespace with the same card, loaded and asked by `ip -batch`. */
function askKernel(host: string, family: Family, queries: string) {
  const name = `wayhome-${process.pid}-bench`;
  const six = family === 6 ? ['-6'] : [];
  const ip = (input: string) =>
    spawnSync('ip', ['-n', name, ...six, '-force', '-batch', '-'], {
      input,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  execFileSync('ip', ['netns', 'add', name]);
  try {
    ip(
      [
        'link set lo up',
        'link add eth0 type veth peer name far',
        'link set far up',
        'link set eth0 up',
        family === 4 ? 'addr add 10.0.0.200/24 dev eth0' : 'addr add fd00::200/64 dev eth0 nodad',
      ].join('\n'),
    );
    const routes = commands('route add', join(host, 'ip-route-all.txt'));
    const loadSeconds = seconds(() => ip(routes));
    const asked = commands('route get', queries);
    return { loadSeconds, lookupMicros: (seconds(() => ip(asked)) / QUERIES) * 1e6 };
  } finally {
    spawnSync('ip', ['netns', 'delete', name]);
  }
}

function commands(verb: string, file: string): string {
  return execFileSync('sed', [`s/^/${verb} /`, file], { encoding: 'utf8', maxBuffer: 2 ** 30 });
}

/** As a process of its own: start and warming up are part of it. */
function node(script: string, args: readonly string[]): string {
  const path = fileURLToPath(new URL(`../../${script}`, import.meta.url));
  return execFileSync(process.execPath, [path, ...args], { encoding: 'utf8', maxBuffer: 2 ** 30 });
}

function seconds(work: () => unknown): number {
  const begin = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
