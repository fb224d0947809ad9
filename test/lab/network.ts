import { type ChildProcess, spawn } from 'node:child_process';
import { must, type Outcome, run } from './command.ts';
import { addNamespace, inside, nameTables, removeNamespace } from './namespace.ts';
import { bare, type Card, type Plan } from './plan.ts';
import type { Node, Step } from './scenario.ts';

/** One end of a veth pair as the lab set it up. */
interface End {
  readonly node: Node;
  readonly name: string;
  readonly mac: string;
  readonly addresses: readonly string[];
}

/** A network of namespaces that stands until `close`. */
export interface Lab {
  readonly plan: Plan;
  readonly nodes: readonly Node[];
  /** The node's name for a reader: the server's host name, else `router` or `firewall`. */
  title(node: Node): string;
  /** Runs a program in a node's namespace. */
  run(node: Node, argv: readonly string[], input?: string): Promise<Outcome>;
  /** Starts a program in a node's namespace; it is ended with the lab. */
  start(node: Node, argv: readonly string[]): ChildProcess;
  /** Carries out one step; throws when the command fails. */
  apply(step: Step): Promise<void>;
  /** Node and interface at the far end of a link: the router's `net3` leads to B's first card. */
  farEnd(node: Node, name: string): { readonly node: Node; readonly name: string } | undefined;
  close(): void;
}

const UPLINK = {
  router: ['192.0.2.1/30', 'fd00:ff::1/64'],
  firewall: ['192.0.2.2/30', 'fd00:ff::2/64'],
} as const;

/** What a firewall says that knows only connections whose beginning it saw. */
const STATEFUL_RULES = `table inet fw {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    ct state invalid counter drop
    icmp type echo-request ct state new accept
    icmpv6 type { echo-request, nd-neighbor-solicit, nd-neighbor-advert } accept
    tcp flags & (fin|syn|rst|ack) == syn ct state new accept
    counter drop
  }
}
`;

/** Builds the servers and the router of a plan, each in a namespace of its own. Throws and leaves nothing behind on failure. */
export async function buildLab(plan: Plan, options: { firewall?: boolean } = {}): Promise<Lab> {
  const nodes: Node[] = options.firewall ? ['a', 'b', 'router', 'firewall'] : ['a', 'b', 'router'];
  const spaces = new Map<Node, string>();
  const children: ChildProcess[] = [];
  const links = linksOf(plan, options.firewall ?? false);

  const lab: Lab = {
    plan,
    nodes,
    title: (node) => (node === 'a' || node === 'b' ? plan[node].name : node),
    run: (node, argv, input) => run(inside(spaces.get(node)!, argv), input === undefined ? {} : { input }),
    start(node, argv) {
      const [program, ...args] = inside(spaces.get(node)!, argv);
      const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      children.push(child);
      return child;
    },
    async apply(step) {
      if ('command' in step) await must(inside(spaces.get(step.on)!, step.command.split(/\s+/)));
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

  try {
    for (const node of nodes) spaces.set(node, await addNamespace(node));
    await Promise.all(
      (['a', 'b'] as const).map((node) => nameTables(spaces.get(node)!, tableOf(plan, node))),
    );
    await Promise.all(nodes.map((node) => setSysctls(lab, node, ['all', 'default'])));
    for (const [left, right] of links) await must(vethPair(spaces, left, right));
    await Promise.all(nodes.map((node) => setUp(lab, node, links.flat())));
    await Promise.all(nodes.map((node) => setRoutes(lab, node, options.firewall ?? false)));
    if (options.firewall)
      await must(inside(spaces.get('firewall')!, ['nft', '-f', '-']), { input: STATEFUL_RULES });
    return lab;
  } catch (error) {
    lab.close();
    throw error;
  }
}

/** Resolves every gateway, as on servers that have been running for a while. */
export async function meetGateways(lab: Lab): Promise<void> {
  await Promise.all(lab.nodes.map((node) => waitForLinks(lab, node)));
  const pings = (['a', 'b'] as const).flatMap((node) =>
    lab.plan[node].cards.flatMap((card) =>
      [card.gateway4, card.gateway6].map((gateway) =>
        lab.run(node, ['ping', '-n', '-c', '1', '-W', '1', '-I', card.name, gateway]),
      ),
    ),
  );
  await Promise.all(pings);
}

/** What is sent before the kernel has taken note of the carrier is lost, and asked for again only a second later. */
async function waitForLinks(lab: Lab, node: Node): Promise<void> {
  for (let tries = 0; tries < 60; tries += 1) {
    const outcome = await lab.run(node, ['ip', '-br', 'link']);
    if (!/ (DOWN|LOWERLAYERDOWN) /.test(outcome.stdout)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${lab.title(node)}: a link is still down after three seconds`);
}

/** The route table names a server's rt_tables shall know. */
export function tableOf(plan: Plan, node: 'a' | 'b'): ReadonlyMap<number, string> {
  return new Map([[plan[node].table.id, plan[node].table.name]]);
}

/** Net 1 and 2 are A's, 3 and 4 are B's; the router's interfaces are named after them. */
function linksOf(plan: Plan, firewall: boolean): [End, End][] {
  const cards: [Node, Card][] = (['a', 'b'] as const).flatMap((node) =>
    plan[node].cards.map((card): [Node, Card] => [node, card]),
  );
  const links = cards.map(([node, card], index): [End, End] => [
    { node, name: card.name, mac: `02:00:00:00:0${index + 1}:64`, addresses: [card.address4, card.address6] },
    {
      node: firewall && index === 2 ? 'firewall' : 'router',
      name: `net${index + 1}`,
      mac: `02:00:00:00:0${index + 1}:01`,
      addresses: [onSameNetwork(card.gateway4, card.address4), onSameNetwork(card.gateway6, card.address6)],
    },
  ]);
  if (firewall) {
    links.push([
      { node: 'router', name: 'transit', mac: '02:00:00:00:05:01', addresses: UPLINK.router },
      { node: 'firewall', name: 'uplink', mac: '02:00:00:00:05:02', addresses: UPLINK.firewall },
    ]);
  }
  return links;
}

function onSameNetwork(gateway: string, address: string): string {
  return `${gateway}/${address.split('/')[1]}`;
}

function vethPair(spaces: ReadonlyMap<Node, string>, left: End, right: End): string[] {
  const end = ({ name, mac, node }: End) => ['name', name, 'address', mac, 'netns', spaces.get(node)!];
  return ['ip', 'link', 'add', ...end(left), 'type', 'veth', 'peer', ...end(right)];
}

async function setUp(lab: Lab, node: Node, ends: readonly End[]): Promise<void> {
  const own = ends.filter((end) => end.node === node);
  await setSysctls(
    lab,
    node,
    own.map((end) => end.name),
  );
  const lines = own.flatMap((end) => [
    ...end.addresses.map(
      (address) => `addr add ${address} dev ${end.name}${address.includes(':') ? ' nodad' : ''}`,
    ),
    `link set ${end.name} up`,
  ]);
  await batch(lab, node, ['link set lo up', ...lines]);
}

async function setRoutes(lab: Lab, node: Node, firewall: boolean): Promise<void> {
  const { plan } = lab;
  if (node === 'a' || node === 'b') {
    const card = plan[node].cards[0];
    const lines = [card.gateway4, card.gateway6].map(
      (via) => `route add default via ${via} dev ${card.name}`,
    );
    await batch(lab, node, lines);
  } else if (firewall) {
    const toServer = [plan.b.cards[0].address4, plan.b.cards[0].address6];
    const wanted = node === 'router' ? toServer.map((address) => `${bare(address)}`) : ['default', 'default'];
    const via = node === 'router' ? UPLINK.firewall : UPLINK.router;
    const dev = node === 'router' ? 'transit' : 'uplink';
    const lines = wanted.map(
      (to, index) => `${index ? '-6 ' : ''}route add ${to} via ${bare(via[index]!)} dev ${dev}`,
    );
    await Promise.all(lines.map((line) => mustOn(lab, node, ['ip', ...line.split(' ')])));
  }
}

async function mustOn(lab: Lab, node: Node, argv: readonly string[]): Promise<void> {
  const outcome = await lab.run(node, argv);
  if (outcome.exit !== 0) throw new Error(`${lab.title(node)}: ${argv.join(' ')}: ${outcome.stderr.trim()}`);
}

async function batch(lab: Lab, node: Node, lines: readonly string[]): Promise<void> {
  const outcome = await lab.run(node, ['ip', '-batch', '-'], `${lines.join('\n')}\n`);
  if (outcome.exit !== 0) throw new Error(`${lab.title(node)}: ${outcome.stderr.trim()}`);
}

/** Every setting that decides a scenario is written down, since defaults differ between distributions. */
async function setSysctls(lab: Lab, node: Node, names: readonly string[]): Promise<void> {
  const forwarding = node === 'router' || node === 'firewall' ? 1 : 0;
  const four = {
    rp_filter: 0,
    arp_announce: 0,
    arp_ignore: 0,
    arp_filter: 0,
    accept_local: 0,
    accept_redirects: 1,
    send_redirects: 0,
    proxy_arp: 0,
    src_valid_mark: 0,
    ignore_routes_with_linkdown: 0,
    log_martians: 0,
    forwarding,
  };
  const six = { disable_ipv6: 0, accept_dad: 0, accept_ra: 0, router_solicitations: 0, forwarding };
  const words = names.flatMap((name) => [
    ...Object.entries(four).map(([key, value]) => `net.ipv4.conf.${name}.${key}=${value}`),
    ...Object.entries(six).map(([key, value]) => `net.ipv6.conf.${name}.${key}=${value}`),
  ]);
  await mustOn(lab, node, ['sysctl', '-qw', ...words]);
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
