import { type ChildProcess, spawn } from 'node:child_process';
import { must, type Outcome, run } from './command.ts';
import type { Link } from './link.ts';
import { inside, removeNamespace } from './namespace.ts';
import type { Plan } from './plan.ts';
import type { Node, Step } from './scenario.ts';

/** A network of namespaces that stands until `close`. */
export interface Lab {
  readonly plan: Plan;
  readonly nodes: readonly Node[];
  /** The node's name for a reader: the server's host name, else `router` or `firewall`. */
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

/** The handle on namespaces that already stand: node -> namespace. */
export function labOf(plan: Plan, spaces: ReadonlyMap<Node, string>, links: readonly Link[]): Lab {
  const children: ChildProcess[] = [];
  const within = (node: Node, argv: readonly string[]) => inside(spaces.get(node)!, argv);
  const lab: Lab = {
    plan,
    nodes: [...spaces.keys()],
    title: (node) => (node === 'a' || node === 'b' ? plan[node].name : node),
    run: (node, argv, input = '') => run(within(node, argv), { input }),
    must: (node, argv, input = '') => must(within(node, argv), { input }),
    start(node, argv) {
      const [program, ...args] = within(node, argv);
      const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      children.push(child);
      return child;
    },
    async apply(step) {
      if ('command' in step) await lab.must(step.on, step.command.split(/\s+/));
      else await listen(lab, step.on, step.listen, step.address);
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

/** Starts a listener and waits until the kernel lists it (at most two seconds). */
async function listen(lab: Lab, node: Node, port: number, address?: string): Promise<void> {
  lab.start(node, ['ncat', '-n', '-l', '-k', ...(address ? [address] : []), String(port)]);
  for (let tries = 0; tries < 40; tries += 1) {
    const sockets = await lab.run(node, ['ss', '-Hltn', `sport = :${port}`]);
    if (sockets.stdout.trim()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${lab.title(node)}: nothing listens on port ${port} after two seconds`);
}
