import type { Card, Plan } from './plan.ts';
import type { Node } from './scenario.ts';

/** One end of a veth pair as the lab set it up. */
export interface End {
  readonly node: Node;
  readonly name: string;
  readonly mac: string;
  readonly addresses: readonly string[];
}

/** The two ends of a veth pair. */
export type Link = readonly [End, End];

/** The addresses between router and firewall (RFC 5737, RFC 4193). */
export const UPLINK = {
  router: ['192.0.2.1/30', 'fd00:ff::1/64'],
  firewall: ['192.0.2.2/30', 'fd00:ff::2/64'],
} as const;

/** Net 1 and 2 are A's, 3 and 4 are B's; the router's interfaces are named after them. */
export function linksOf(plan: Plan, firewall: boolean): Link[] {
  const cards: [Node, Card][] = (['a', 'b'] as const).flatMap((node) =>
    plan[node].cards.map((card): [Node, Card] => [node, card]),
  );
  const links = cards.map(
    ([node, card], index): Link => [
      {
        node,
        name: card.name,
        mac: `02:00:00:00:0${index + 1}:64`,
        addresses: [card.address4, card.address6],
      },
      {
        node: firewall && index === 2 ? 'firewall' : 'router',
        name: `net${index + 1}`,
        mac: `02:00:00:00:0${index + 1}:01`,
        addresses: [onSameNetwork(card.gateway4, card.address4), onSameNetwork(card.gateway6, card.address6)],
      },
    ],
  );
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

export function vethPair(spaces: ReadonlyMap<Node, string>, left: End, right: End): string[] {
  const end = ({ name, mac, node }: End) => ['name', name, 'address', mac, 'netns', spaces.get(node)!];
  return ['ip', 'link', 'add', ...end(left), 'type', 'veth', 'peer', ...end(right)];
}
