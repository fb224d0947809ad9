/** One network card of a server and the router's address in the same network. */
export interface Card {
  readonly name: string;
  /** Address with prefix length. */
  readonly address4: string;
  readonly gateway4: string;
  readonly address6: string;
  readonly gateway6: string;
}

/** A server with two cards, its default routes by the first. */
export interface ServerPlan {
  readonly name: string;
  readonly cards: readonly [Card, Card];
  /** The route table the scenario may use for the second card. */
  readonly table: { readonly id: number; readonly name: string };
}

/** Two servers whose four networks a router joins. */
export interface Plan {
  readonly profile: string;
  readonly a: ServerPlan;
  readonly b: ServerPlan;
}

type CardRow = readonly [string, string, string, string, string];

function server(name: string, table: readonly [number, string], first: CardRow, second: CardRow): ServerPlan {
  const card = ([name, address4, gateway4, address6, gateway6]: CardRow): Card => ({
    name,
    address4,
    gateway4,
    address6,
    gateway6,
  });
  return { name, cards: [card(first), card(second)], table: { id: table[0], name: table[1] } };
}

/** The two servers of the story. */
export const STORY: Plan = {
  profile: 'story',
  a: server(
    'ServerA',
    [200, 'eth1'],
    ['eth0', '10.1.0.100/24', '10.1.0.1', 'fd00:10:1::100/64', 'fd00:10:1::1'],
    ['eth1', '10.2.0.100/24', '10.2.0.1', 'fd00:10:2::100/64', 'fd00:10:2::1'],
  ),
  b: server(
    'ServerB',
    [200, 'eth1'],
    ['eth0', '10.3.0.100/24', '10.3.0.1', 'fd00:10:3::100/64', 'fd00:10:3::1'],
    ['eth1', '10.4.0.100/24', '10.4.0.1', 'fd00:10:4::100/64', 'fd00:10:4::1'],
  ),
};

/** A database and its standby: kernel-named cards, gateways at the end of the network, odd prefix lengths. */
export const DATABASE: Plan = {
  profile: 'database',
  a: server(
    'ora-prim',
    [101, 'repl'],
    ['ens3', '172.16.10.21/22', '172.16.11.254', '2001:db8:a:10::21/64', '2001:db8:a:10::1'],
    ['ens4', '172.20.7.130/25', '172.20.7.254', '2001:db8:a:20::82/64', '2001:db8:a:20::1'],
  ),
  b: server(
    'ora-stby',
    [101, 'repl'],
    ['ens3', '172.17.40.9/23', '172.17.41.254', '2001:db8:b:10::9/64', '2001:db8:b:10::1'],
    ['ens4', '192.168.77.5/28', '192.168.77.14', '2001:db8:b:20::5/64', '2001:db8:b:20::1'],
  ),
};

/** Storage heads with bond-like and predictable names; the two servers name their cards differently. */
export const STORAGE: Plan = {
  profile: 'storage',
  a: server(
    'nas1.example',
    [42, 'storage'],
    ['bond0', '192.168.1.10/24', '192.168.1.1', '2001:db8:1::10/64', '2001:db8:1::1'],
    ['bond1', '192.168.2.10/24', '192.168.2.1', '2001:db8:2::10/64', '2001:db8:2::1'],
  ),
  b: server(
    'backup7',
    [42, 'storage'],
    ['enp1s0f0', '10.77.3.7/16', '10.77.255.254', '2001:db8:3::7/64', '2001:db8:3::1'],
    ['enp1s0f1', '10.88.4.5/29', '10.88.4.1', '2001:db8:4::7/64', '2001:db8:4::1'],
  ),
};

/** Virtual machines of a web tier: late slot numbers, a point-to-point sized network, a table by number only. */
export const WEB: Plan = {
  profile: 'web',
  a: server(
    'fe-01.dmz',
    [1042, 'dmz'],
    ['ens192', '10.20.30.41/26', '10.20.30.62', '2001:db8:20:30::41/64', '2001:db8:20:30::1'],
    ['ens224', '10.66.0.2/30', '10.66.0.1', '2001:db8:66::2/64', '2001:db8:66::1'],
  ),
  b: server(
    'be-07.core',
    [1042, 'dmz'],
    ['ens192', '172.31.8.14/20', '172.31.15.254', '2001:db8:31:8::14/64', '2001:db8:31:8::1'],
    ['ens224', '198.18.5.77/27', '198.18.5.65', '2001:db8:18:5::77/64', '2001:db8:18:5::1'],
  ),
};

/** Hosts of a telephone network: VLANs over a bond, shared address space, gateways in the middle. */
export const TELCO: Plan = {
  profile: 'telco',
  a: server(
    'sbc-a',
    [77, 'media'],
    ['bond0.100', '100.64.12.5/19', '100.64.1.1', '2001:db8:c100::5/64', '2001:db8:c100::1'],
    ['bond0.200', '100.96.200.66/23', '100.96.201.1', '2001:db8:c200::66/64', '2001:db8:c200::1'],
  ),
  b: server(
    'media-gw-3',
    [77, 'media'],
    ['enp3s0f0', '100.70.0.33/21', '100.70.4.4', '2001:db8:d100::33/64', '2001:db8:d100::4'],
    ['enp3s0f1', '203.0.113.130/25', '203.0.113.129', '2001:db8:d200::82/64', '2001:db8:d200::1'],
  ),
};

/** The story's servers, with B's first card in the network of A's second. */
export const TRIANGLE: Plan = {
  profile: 'triangle',
  a: STORY.a,
  b: server(
    'ServerB',
    [200, 'eth1'],
    ['eth0', '10.2.0.200/24', '10.2.0.1', 'fd00:10:2::200/64', 'fd00:10:2::1'],
    ['eth1', '10.4.0.100/24', '10.4.0.1', 'fd00:10:4::100/64', 'fd00:10:4::1'],
  ),
};

/** The address without its prefix length. */
export function bare(address: string): string {
  return address.split('/')[0]!;
}

/** The network a card stands in, as `ip route` writes it: 10.1.0.100/24 -> 10.1.0.0/24. IPv4 only. */
export function network4(address: string): string {
  const length = Number(address.split('/')[1]);
  const value = bare(address)
    .split('.')
    .reduce((sum, octet) => sum * 256 + Number(octet), 0);
  const size = 2 ** (32 - length);
  const base = Math.floor(value / size) * size;
  return `${[24, 16, 8, 0].map((shift) => Math.floor(base / 2 ** shift) % 256).join('.')}/${length}`;
}
