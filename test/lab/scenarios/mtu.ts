import { STORAGE, STORY, TRIANGLE } from '../plan.ts';
import { helps, onB, onNatBox, onRouter, type Scenario, type Step, useless } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const storage = waysOf(STORAGE);
const triangle = waysOf(TRIANGLE);
/** A narrow link behind the router, and a router that says nothing of it. */
const narrow = [onRouter('ip link set detour mtu 1400'), onNatBox('ip link set uplink mtu 1400')];
const silent = [
  onRouter('nft add table ip mute'),
  onRouter('nft add chain ip mute out { type filter hook output priority 0; }'),
  onRouter('nft add rule ip mute out icmp type destination-unreachable drop'),
];
/** The same on the last link to A: what comes back is too large for it. */
const narrowBack = onRouter('ip link set net2 mtu 1400');
const source: Step = { on: 'b', listen: 2049, manner: 'source' };
const widenedBack = helps('the last link as wide as the others', onRouter('ip link set net2 mtu 1500'));
const widened = helps(
  'the link as wide as the others',
  onRouter('ip link set detour mtu 1500'),
  onNatBox('ip link set uplink mtu 1500'),
);
const spoken = helps('the router speaks', onRouter('nft flush ruleset'));
const stateful = [
  onRouter('nft add table inet fw'),
  onRouter('nft add chain inet fw forward { type filter hook forward priority 0; policy drop; }'),
  onRouter('nft add rule inet fw forward ct state established,related accept'),
  onRouter('nft add rule inet fw forward ct state invalid counter drop'),
  onRouter('nft add rule inet fw forward icmp type echo-request accept'),
  onRouter('nft add rule inet fw forward tcp flags syn / syn,ack,fin,rst ct state new accept'),
];

/** What is lost only when it is large, or only after the connection is open. */
export const mtuScenarios: readonly Scenario[] = [
  {
    plan: STORY,
    natBox: true,
    name: 'large-ping-vanishes',
    title: 'a large ping that may not be broken up meets a narrow link; the router says nothing',
    setup: [...story.bothRoutes, ...narrow, ...silent],
    probe: { ...story.ping, sizeUnbroken: 1472 },
    also: [story.ping],
    fixes: [widened],
    expected: { code: 'NETWORK_PMTU_BLACKHOLE', host: null },
  },
  {
    plan: STORY,
    natBox: true,
    name: 'large-ping-rejected',
    title: 'the same ping; the router says how much would fit',
    setup: [...story.bothRoutes, ...narrow],
    probe: { ...story.ping, sizeUnbroken: 1472 },
    fixes: [widened],
    expected: { code: 'NETWORK_PMTU_BLACKHOLE', host: null },
  },
  {
    plan: STORY,
    natBox: true,
    name: 'smaller-ping-fits',
    title: 'a ping that just fits the narrow link',
    setup: [...story.bothRoutes, ...narrow, ...silent],
    probe: { ...story.ping, sizeUnbroken: 1372 },
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORAGE,
    natBox: true,
    name: 'connection-stalls-with-data',
    title: 'the connection opens, its first full segments vanish',
    setup: [...storage.bothRoutes, ...narrow, ...silent, { on: 'b', listen: 2049, manner: 'echo' }],
    probe: { ...storage.tcp(2049), bytes: 20_000 },
    also: [storage.ping],
    fixes: [widened, spoken],
    expected: { code: 'NETWORK_PMTU_BLACKHOLE', host: null },
  },
  {
    plan: STORAGE,
    natBox: true,
    name: 'connection-learns-mtu',
    title: 'the same link; the router speaks and the connection learns what fits',
    setup: [...storage.bothRoutes, ...narrow, { on: 'b', listen: 2049, manner: 'echo' }],
    probe: { ...storage.tcp(2049), bytes: 20_000 },
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORAGE,
    name: 'download-stalls',
    title: 'the connection opens, a small question is answered with full segments, which vanish',
    setup: [...storage.bothRoutes, narrowBack, ...silent, source],
    probe: { ...storage.tcp(2049), fetch: 20_000 },
    also: [storage.ping],
    fixes: [widenedBack, spoken],
    expected: { code: 'NETWORK_PMTU_BLACKHOLE', host: null },
  },
  {
    plan: STORAGE,
    name: 'download-learns-mtu',
    title: 'the same link; the router speaks and B learns what fits',
    setup: [...storage.bothRoutes, narrowBack, source],
    probe: { ...storage.tcp(2049), fetch: 20_000 },
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORAGE,
    name: 'download-deaf-to-errors',
    title: 'the router speaks, and the firewall of B does not let it in',
    setup: [
      ...storage.bothRoutes,
      narrowBack,
      source,
      onB('nft add table ip deaf'),
      onB('nft add chain ip deaf in { type filter hook input priority -10; }'),
      onB('nft add rule ip deaf in icmp type destination-unreachable drop'),
    ],
    probe: { ...storage.tcp(2049), fetch: 20_000 },
    also: [storage.ping],
    fixes: [widenedBack, helps('B listens to errors', onB('nft flush table ip deaf'))],
    expected: { code: 'NETWORK_PMTU_BLACKHOLE', host: null },
  },
  {
    plan: TRIANGLE,
    joined: [2, 3],
    name: 'triangle-ack-dropped',
    title: 'the SYN-ACK goes straight to A; the stateful router never saw it and drops what follows',
    setup: [triangle.routeOnA, ...stateful, { on: 'b', listen: 1521, manner: 'echo' }],
    probe: { ...triangle.tcp(1521), bytes: 100 },
    also: [triangle.ping],
    fixes: [
      helps("a source rule on B for the second card's address", triangle.tableOnB, triangle.ruleOnB),
      useless('reverse-path filters of B off', onB('sysctl -qw net.ipv4.conf.all.rp_filter=0')),
    ],
    expected: { code: 'NETWORK_DROPS_ACK_STATEFUL', host: 'b' },
  },
  {
    plan: TRIANGLE,
    joined: [2, 3],
    name: 'triangle-home',
    title: 'the same triangle and a plain router: crooked and whole',
    setup: [triangle.routeOnA, { on: 'b', listen: 1521, manner: 'echo' }],
    probe: { ...triangle.tcp(1521), bytes: 100 },
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
];
