import { must } from './command.ts';
import { STATEFUL_RULES } from './firewall.ts';
import { type Lab, labOf } from './lab.ts';
import { type End, linksOf, UPLINK, vethPair } from './link.ts';
import { addNamespace, nameTables, removeNamespace } from './namespace.ts';
import { bare, type Plan } from './plan.ts';
import type { Node } from './scenario.ts';
import { setSysctls } from './setting.ts';

/** Builds the servers and the router of a plan, each in a namespace of its own. Throws and leaves nothing behind on failure. */
export async function buildLab(plan: Plan, options: { firewall: boolean }): Promise<Lab> {
  const nodes: Node[] = options.firewall ? ['a', 'b', 'router', 'firewall'] : ['a', 'b', 'router'];
  const spaces = new Map<Node, string>();
  try {
    for (const node of nodes) spaces.set(node, await addNamespace(node));
    return await join(plan, spaces, options.firewall);
  } catch (error) {
    for (const name of spaces.values()) removeNamespace(name);
    throw error;
  }
}

async function join(plan: Plan, spaces: ReadonlyMap<Node, string>, firewall: boolean): Promise<Lab> {
  const links = linksOf(plan, firewall);
  const lab = labOf(plan, spaces, links);
  for (const node of ['a', 'b'] as const) {
    await nameTables(spaces.get(node)!, new Map([[plan[node].table.id, plan[node].table.name]]));
  }
  await Promise.all(lab.nodes.map((node) => setSysctls(lab, node, ['all', 'default'])));
  for (const [left, right] of links) await must(vethPair(spaces, left, right));
  await Promise.all(lab.nodes.map((node) => setUp(lab, node, links.flat())));
  await Promise.all(lab.nodes.map((node) => setRoutes(lab, node, firewall)));
  if (firewall) await lab.must('firewall', ['nft', '-f', '-'], STATEFUL_RULES);
  return lab;
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
    for (const line of lines) await lab.must(node, ['ip', ...line.split(' ')]);
  }
}

async function batch(lab: Lab, node: Node, lines: readonly string[]): Promise<void> {
  await lab.must(node, ['ip', '-batch', '-'], `${lines.join('\n')}\n`);
}
