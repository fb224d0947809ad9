import { must } from './command.ts';
import { STATEFUL_RULES } from './firewall.ts';
import { isServer, type Lab, labOf, ownName } from './lab.ts';
import { type Bridge, boxesOf, bridgeOf, type End, linksOf, UPLINK, vethPair } from './link.ts';
import { addNamespace, nameTables, removeNamespace } from './namespace.ts';
import { bare, type Plan } from './plan.ts';
import type { Node, Surroundings } from './scenario.ts';
import { setSysctls } from './setting.ts';

let serial = 0;

/** Builds the servers and what is between them, each in a namespace of its own. Throws and leaves nothing behind on failure. */
export async function buildLab(plan: Plan, around: Surroundings): Promise<Lab> {
  const nodes: Node[] = ['a', 'b', 'router', ...boxesOf(around).map((box) => box.node)];
  const spaces = new Map<Node, string>();
  serial += 1;
  const number = serial;
  try {
    for (const node of nodes) spaces.set(node, await addNamespace(node));
    return await join(plan, spaces, around, number);
  } catch (error) {
    for (const name of spaces.values()) removeNamespace(name);
    throw error;
  }
}

async function join(
  plan: Plan,
  spaces: ReadonlyMap<Node, string>,
  around: Surroundings,
  number: number,
): Promise<Lab> {
  const links = linksOf(plan, around, number);
  const bridge = bridgeOf(plan, around, number);
  const lab = labOf(plan, spaces, links, number);
  for (const node of ['a', 'b'] as const) {
    await nameTables(spaces.get(node)!, new Map([[plan[node].table.id, plan[node].table.name]]));
  }
  await Promise.all(lab.nodes.map((node) => setSysctls(lab, node, ['all', 'default'])));
  for (const [left, right] of links) await must(vethPair(spaces, left, right));
  if (bridge) await addBridge(lab, bridge);
  const ends = [...links.flat(), ...(bridge ? [bridge.end] : [])];
  await Promise.all(lab.nodes.map((node) => setUp(lab, node, ends)));
  await Promise.all(lab.nodes.map((node) => setRoutes(lab, node, around)));
  if (around.firewall) await lab.must('firewall', ['nft', '-f', '-'], STATEFUL_RULES);
  return lab;
}

/** Bridged frames stay out of the router's own firewall, as in a switch. */
async function addBridge(lab: Lab, { end, ports }: Bridge): Promise<void> {
  await lab.must('router', ['sysctl', '-qew', 'net.bridge.bridge-nf-call-iptables=0']);
  await batch(lab, 'router', [
    `link add ${end.name} address ${end.mac} type bridge mcast_snooping 0`,
    ...ports.map((port) => `link set ${port} master ${end.name}`),
  ]);
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

async function setRoutes(lab: Lab, node: Node, around: Surroundings): Promise<void> {
  for (const line of routesOf(lab, node, around)) await lab.must(node, ['ip', ...line.split(' ')]);
}

/** Words after `ip` of the routes a node has from the beginning, beyond the connected ones. */
function routesOf(lab: Lab, node: Node, around: Surroundings): string[] {
  const { plan, number } = lab;
  const family = (address: string) => (address.includes(':') ? '-6 ' : '');
  if (isServer(node)) {
    const card = plan[node].cards[0];
    return [card.gateway4, card.gateway6].map(
      (via) => `${family(via)}route add default via ${via} dev ${card.name}`,
    );
  }
  return boxesOf(around).flatMap((box) => {
    const { address4, address6 } = plan.b.cards[box.network - 3]!;
    const wanted = node === 'router' ? [bare(address4), bare(address6)] : ['default', 'default'];
    if (node !== 'router' && node !== box.node) return [];
    const via = UPLINK[box.node][node === 'router' ? 'box' : 'router'].map(bare);
    const dev = ownName(node, node === 'router' ? box.toward : 'uplink', number);
    return wanted.map((to, index) => `${family(via[index]!)}route add ${to} via ${via[index]} dev ${dev}`);
  });
}

async function batch(lab: Lab, node: Node, lines: readonly string[]): Promise<void> {
  await lab.must(node, ['ip', '-batch', '-'], `${lines.join('\n')}\n`);
}
