import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { must, type Outcome, run } from './command.ts';
import type { Link } from './link.ts';
import { inside, removeNamespace } from './namespace.ts';
import type { Plan } from './plan.ts';
import type { Hold, Listen, Node, Respond, Step } from './scenario.ts';

/** A network of namespaces that stands until `close`. */
export interface Lab {
  readonly plan: Plan;
  readonly nodes: readonly Node[];
  /** Of all labs of this process; it is part of the names of the router's interfaces. */
  readonly number: number;
  /** The node's name for a reader: the server's host name, else `router`, `firewall` or `nat-box`. */
  title(node: Node): string;
  /** Runs a program in a node's namespace. */
  run(node: Node, argv: readonly string[], input?: string): Promise<Outcome>;
  /** As `run`, but throws with the program's words when it fails. */
  must(node: Node, argv: readonly string[], input?: string): Promise<string>;
  /** Starts a program in a node's namespace; it is ended with the lab. */
  start(node: Node, argv: readonly string[]): ChildProcess;
  /** Carries out one step; throws when the command fails. */
  apply(step: Step): Promise<void>;
  /** Node and interface at the far end of a link: the router's `net3` leads to B's first card. */
  farEnd(node: Node, name: string): { readonly node: Node; readonly name: string } | undefined;
  /** Ends what was started and removes the namespaces. */
  close(): void;
}

/** The words that start one of the programs that labs run. */
function program(name: string): string[] {
  return [process.execPath, join(import.meta.dirname, 'programs', `${name}.mjs`)];
}

/** Interfaces of the machines between the servers, as scenarios call them. */
const BETWEEN = /\b(net[1-4]|transit|detour|uplink|lan)\b/g;

/** What a scenario calls `net3` is `net3-17` in the 17th lab: the kernel's drop trace knows no namespaces. */
export function ownName(node: Node, name: string, number: number): string {
  return isServer(node) ? name : name.replace(BETWEEN, `$1-${number}`);
}

export function isServer(node: Node): node is 'a' | 'b' {
  return node === 'a' || node === 'b';
}

/** The handle on namespaces that already stand: node -> namespace. */
export function labOf(
  plan: Plan,
  spaces: ReadonlyMap<Node, string>,
  links: readonly Link[],
  number: number,
): Lab {
  const children: ChildProcess[] = [];
  const within = (node: Node, argv: readonly string[]) => inside(spaces.get(node)!, argv);
  const lab: Lab = {
    plan,
    nodes: [...spaces.keys()],
    number,
    title: (node) => titleOf(plan, node),
    run: (node, argv, input = '') => run(within(node, argv), { input }),
    must: (node, argv, input = '') => must(within(node, argv), { input }),
    start(node, argv) {
      const [program, ...args] = within(node, argv);
      const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'pipe'] });
      children.push(child);
      return child;
    },
    async apply(step) {
      if ('command' in step) await lab.must(step.on, words(ownName(step.on, step.command, number)));
      else if ('listen' in step) await listen(lab, step);
      else if ('respond' in step) await respond(lab, step);
      else await hold(lab, step);
    },
    farEnd(node, name) {
      const link = links.find((ends) => ends.some((end) => end.node === node && end.name === name));
      return link?.find((end) => end.node !== node || end.name !== name);
    },
    close() {
      for (const child of children) child.kill('SIGKILL');
      for (const name of spaces.values()) removeNamespace(name);
    },
  };
  return lab;
}

/** The node's name for a reader. */
export function titleOf(plan: Plan, node: Node): string {
  if (isServer(node)) return plan[node].name;
  return node === 'natbox' ? 'nat-box' : node;
}

/** The words of a command; `'...'` is one word. */
function words(command: string): string[] {
  return (command.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/s, '$1'));
}

async function listen(lab: Lab, { on, listen, address, manner }: Listen): Promise<void> {
  const place = address ? [address] : [];
  const child =
    manner === 'echo' || manner === 'source'
      ? lab.start(on, [...program(`tcp-${manner}`), String(listen), ...place])
      : lab.start(on, ['ncat', '-n', '-l', '-k', ...place, String(listen)]);
  await untilListed(lab, on, ['ss', '-Hltn', `sport = :${listen}`]);
  if (manner === 'stopped') child.kill('SIGSTOP');
}

async function respond(lab: Lab, { on, respond, address }: Respond): Promise<void> {
  lab.start(on, [...program('udp-answer'), String(respond), ...(address ? [address] : [])]);
  await untilListed(lab, on, ['ss', '-Hlun', `sport = :${respond}`]);
}

async function hold(lab: Lab, { on, hold, port }: Hold): Promise<void> {
  lab.start(on, ['ncat', '-n', hold, String(port)]);
  await untilListed(lab, on, ['ss', '-Htn', 'state', 'established', `dport = :${port}`]);
}

/** Waits until the kernel lists a socket (at most four seconds). */
async function untilListed(lab: Lab, node: Node, argv: readonly string[]): Promise<void> {
  for (let tries = 0; tries < 80; tries += 1) {
    const sockets = await lab.run(node, argv);
    if (sockets.stdout.trim()) return;
    await setTimeout(50);
  }
  throw new Error(`${lab.title(node)}: \`${argv.join(' ')}\` lists nothing after four seconds`);
}
