import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { must, type Outcome, run } from '../command.ts';
import { addNamespace, inside } from '../namespace.ts';
import { CLIENT_AGENT, SERVER_AGENT } from './agents.ts';
import type { Shot } from './shot.ts';

/** A client and a server with two links between them; the server answers by the first unless a mark says otherwise. */
export interface Bench {
  readonly server: (argv: readonly string[], input?: string) => Promise<string>;
  /** Sends all shots at once and tells what the client's cards saw come back, a line each. */
  readonly fire: (shots: readonly Shot[], waitMs: number) => Promise<string[]>;
  /** As `server`, but tells how it went. */
  readonly tryServer: (argv: readonly string[], input: string) => Promise<Outcome>;
  readonly close: () => void;
}

const CARDS = [1, 2];

export async function buildBench(): Promise<Bench> {
  const client = await addNamespace('client');
  const server = await addNamespace('server');
  const at = (namespace: string) => (argv: readonly string[], input?: string) =>
    must(inside(namespace, argv), { input: input ?? '' });
  await connect(client, server, at(client), at(server));
  const children: ChildProcess[] = [];
  const start = (namespace: string, argv: string[]) => {
    const [program, ...args] = inside(namespace, argv);
    const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  };
  await started(start(server, [process.execPath, '-e', SERVER_AGENT]));
  const agent = start(client, [process.execPath, '-e', CLIENT_AGENT]);
  const dump = start(client, ['tcpdump', '-nl', '--immediate-mode', '-Q', 'in', '-i', 'any', 'ip or ip6']);
  const seen: string[] = [];
  createInterface({ input: dump.stdout! }).on('line', (line) => seen.push(line));
  await wait(500);
  return {
    server: at(server),
    tryServer: (argv, input) => run(inside(server, argv), { input }),
    async fire(shots, waitMs) {
      seen.length = 0;
      agent.stdin!.write(`${JSON.stringify(shots)}\n`);
      await wait(waitMs);
      return [...seen];
    },
    close() {
      for (const child of children) child.kill('SIGKILL');
    },
  };
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => child.stdout!.once('data', () => resolve()));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

type Run = (argv: readonly string[], input?: string) => Promise<string>;

async function connect(client: string, server: string, onClient: Run, onServer: Run): Promise<void> {
  for (const i of CARDS) {
    await must(
      `ip link add x${i} netns ${client} address 02:00:00:00:0a:0${i} type veth peer name eth${i} netns ${server} address 02:00:00:00:0b:0${i}`.split(
        ' ',
      ),
    );
  }
  const quiet = ['all', 'default', ...CARDS.flatMap((i) => [`x${i}`, `eth${i}`])];
  for (const [run, own] of [
    [onClient, 'x'],
    [onServer, 'eth'],
  ] as const) {
    const names = quiet.filter((name) => !/\d/.test(name) || name.startsWith(own));
    for (const name of names)
      await run(['sysctl', '-qw', `net.ipv4.conf.${name}.rp_filter=0`, `net.ipv6.conf.${name}.accept_ra=0`]);
    await run(['sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0', 'net.ipv4.icmp_msgs_per_sec=10000']);
  }
  await onClient(['ip', '-batch', '-'], lines(clientLines()));
  await onServer(['ip', '-batch', '-'], lines(serverLines()));
  await onServer(['ip', '-6', '-batch', '-'], lines(serverLines6()));
}

const lines = (all: readonly string[]) => `${all.join('\n')}\n`;

function clientLines(): string[] {
  return [
    'link set lo up',
    'addr add 10.90.0.1/32 dev lo',
    'addr add fd90::1/128 dev lo nodad',
    ...CARDS.flatMap((i) => [
      `link set x${i} up`,
      `addr add 10.9${i}.0.1/24 dev x${i}`,
      `addr add fd9${i}::1/64 dev x${i} nodad`,
      ...[2, 9].map((host) => `neigh replace 10.9${i}.0.${host} lladdr 02:00:00:00:0b:0${i} dev x${i}`),
      ...[2, 9].map((host) => `neigh replace fd9${i}::${host} lladdr 02:00:00:00:0b:0${i} dev x${i}`),
    ]),
  ];
}

function serverLines(): string[] {
  return [
    'link set lo up',
    ...CARDS.flatMap((i) => [
      `link set eth${i} up`,
      `addr add 10.9${i}.0.2/24 dev eth${i}`,
      `addr add fd9${i}::2/64 dev eth${i} nodad`,
      `neigh replace 10.9${i}.0.1 lladdr 02:00:00:00:0a:0${i} dev eth${i}`,
      `neigh replace fd9${i}::1 lladdr 02:00:00:00:0a:0${i} dev eth${i}`,
    ]),
    'route add default via 10.91.0.1 dev eth1',
    'route add default via 10.92.0.1 dev eth2 table 100',
    'rule add fwmark 0x1/0x1 table 100 pref 1000',
  ];
}

function serverLines6(): string[] {
  return [
    'route add default via fd91::1 dev eth1',
    'route add default via fd92::1 dev eth2 table 100',
    'rule add fwmark 0x1/0x1 table 100 pref 1000',
  ];
}

/** The server's own listings, as a user would hand them in. */
export async function listings(bench: Bench): Promise<Record<string, string>> {
  const ip = (...argv: string[]) => bench.server(['ip', ...argv]);
  return {
    'ip-addr.txt': await ip('addr'),
    'ip-route-show-table-all.txt': await ip('route', 'show', 'table', 'all'),
    'ip-6-route-show-table-all.txt': await ip('-6', 'route', 'show', 'table', 'all'),
    'ip-rule.txt': await ip('rule'),
    'ip-6-rule.txt': await ip('-6', 'rule'),
  };
}
