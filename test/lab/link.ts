import { ownName } from './lab.ts';
import type { Card, Plan } from './plan.ts';
import type { Node, Surroundings } from './scenario.ts';

/** One end of a veth pair, or a bridge, as the lab set it up. */
export interface End {
  readonly node: Node;
  readonly name: string;
  readonly mac: string;
  readonly addresses: readonly string[];
}

/** The two ends of a veth pair. */
export type Link = readonly [End, End];

/** A bridge of the router: the networks laid together. */
export interface Bridge {
  readonly end: End;
  /** Names of the router's interfaces that are its ports. */
  readonly ports: readonly string[];
}

/** The addresses between the router and a box before one of B's cards (RFC 5737, RFC 4193). */
export const UPLINK = {
  firewall: { router: ['192.0.2.1/30', 'fd00:ff::1/64'], box: ['192.0.2.2/30', 'fd00:ff::2/64'] },
  natbox: { router: ['192.0.2.5/30', 'fd00:fe::1/64'], box: ['192.0.2.6/30', 'fd00:fe::2/64'] },
} as const;

/** A box that stands before one of B's cards, the number of that card's network, and the router's interface to it. */
export const BOXES = [
  { node: 'firewall', network: 3, toward: 'transit' },
  { node: 'natbox', network: 4, toward: 'detour' },
] as const;

/** Net 1 and 2 are A's, 3 and 4 are B's; the router's interfaces are named after them and the lab's number. */
export function linksOf(plan: Plan, around: Surroundings, number: number): Link[] {
  const cards: [Node, Card][] = (['a', 'b'] as const).flatMap((node) =>
    plan[node].cards.map((card): [Node, Card] => [node, card]),
  );
  const boxes = boxesOf(around);
  const links = cards.map(([node, card], index): Link => {
    const network = index + 1;
    const neighbour = boxes.find((box) => box.network === network)?.node ?? 'router';
    return [
      { node, name: card.name, mac: mac(network, 100), addresses: [card.address4, card.address6] },
      {
        node: neighbour,
        name: ownName(neighbour, `net${network}`, number),
        mac: mac(network, 1),
        addresses: around.joined?.includes(network) ? [] : gatewaysOf(card),
      },
    ];
  });
  return [...links, ...boxes.map((box) => uplink(box, number))];
}

/** The boxes of a lab. */
export function boxesOf(around: Surroundings): (typeof BOXES)[number][] {
  return BOXES.filter((box) => (box.node === 'firewall' ? around.firewall : around.natBox));
}

function uplink({ node, network, toward }: (typeof BOXES)[number], number: number): Link {
  const addresses = UPLINK[node];
  return [
    {
      node: 'router',
      name: ownName('router', toward, number),
      mac: mac(network + 2, 1),
      addresses: addresses.router,
    },
    { node, name: ownName(node, 'uplink', number), mac: mac(network + 2, 2), addresses: addresses.box },
  ];
}

/** The router's bridge over two networks; it bears the gateway addresses of both. */
export function bridgeOf(plan: Plan, around: Surroundings, number: number): Bridge | null {
  if (!around.joined) return null;
  const cards = [...plan.a.cards, ...plan.b.cards];
  const addresses = around.joined.flatMap((network) => gatewaysOf(cards[network - 1]!));
  const end = { node: 'router', name: ownName('router', 'lan', number), mac: mac(7, 1) } as const;
  return {
    end: { ...end, addresses: [...new Set(addresses)] },
    ports: around.joined.map((network) => ownName('router', `net${network}`, number)),
  };
}

/** The gateways' addresses with the prefix lengths of the card's networks. */
function gatewaysOf(card: Card): string[] {
  const onSameNetwork = (gateway: string, address: string) => `${gateway}/${address.split('/')[1]}`;
  return [onSameNetwork(card.gateway4, card.address4), onSameNetwork(card.gateway6, card.address6)];
}

function mac(network: number, host: number): string {
  return `02:00:00:00:0${network}:${host.toString(16).padStart(2, '0')}`;
}

export function vethPair(spaces: ReadonlyMap<Node, string>, left: End, right: End): string[] {
  const end = ({ name, mac, node }: End) => ['name', name, 'address', mac, 'netns', spaces.get(node)!];
  return ['ip', 'link', 'add', ...end(left), 'type', 'veth', 'peer', ...end(right)];
}
