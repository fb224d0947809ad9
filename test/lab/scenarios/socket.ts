import { DATABASE, STORAGE, STORY, WEB } from '../plan.ts';
import { helps, onA, onB, rpFilter, type Scenario, useless } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const storage = waysOf(STORAGE);
const web = waysOf(WEB);
const database = waysOf(DATABASE);

/** The way is right at both ends; what is there at the end of it is not. */
export const socketScenarios: readonly Scenario[] = [
  {
    plan: DATABASE,
    name: 'listener-on-first-card',
    title: "the listener is bound to the first card's address",
    setup: [...database.bothRoutes, { on: 'b', listen: 1521, address: '172.17.40.9' }],
    probe: database.tcp(1521),
    also: [database.ping],
    fixes: [helps('a listener on the address asked', { on: 'b', listen: 1521, address: '192.168.77.5' })],
    expected: { code: 'B_LISTENER_OTHER_ADDRESS', host: 'b' },
  },
  {
    plan: DATABASE,
    name: 'listener-on-address-asked',
    title: 'the listener is bound to the address asked',
    setup: [...database.bothRoutes, { on: 'b', listen: 1521, address: '192.168.77.5' }],
    probe: database.tcp(1521),
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'listen-queue-full',
    title: 'the program accepts nothing and its queue is full: SYNs vanish, pings are answered',
    setup: [
      ...story.bothRoutes,
      onB('sysctl -qw net.core.somaxconn=0'),
      { on: 'b', listen: 1521, address: '0.0.0.0', manner: 'stopped' },
      { on: 'b', hold: '127.0.0.1', port: 1521 },
    ],
    probe: story.tcp(1521),
    also: [story.ping],
    fixes: [useless('reverse-path filters of B off', rpFilter(STORY, 'b', 0))],
    expected: { code: 'B_LISTEN_QUEUE_FULL', host: 'b' },
  },
  {
    plan: STORY,
    name: 'listen-queue-roomy',
    title: 'the same program with room in its queue: the kernel opens the connection by itself',
    setup: [
      ...story.bothRoutes,
      { on: 'b', listen: 1521, address: '0.0.0.0', manner: 'stopped' },
      { on: 'b', hold: '127.0.0.1', port: 1521 },
    ],
    probe: story.tcp(1521),
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORAGE,
    name: 'echo-ignored',
    title: 'B ignores echo requests; connections work',
    setup: [
      ...storage.bothRoutes,
      onB('sysctl -qw net.ipv4.icmp_echo_ignore_all=1'),
      { on: 'b', listen: 2049 },
    ],
    probe: storage.ping,
    also: [storage.tcp(2049)],
    fixes: [
      helps('echo answered', onB('sysctl -qw net.ipv4.icmp_echo_ignore_all=0')),
      useless('loose filter on B', rpFilter(STORAGE, 'b', 2)),
    ],
    expected: { code: 'B_ICMP_ECHO_IGNORED', host: 'b' },
  },
  {
    plan: STORAGE,
    name: 'broadcast-echo-ignored',
    title: 'B ignores broadcast echo requests only',
    setup: [...storage.bothRoutes, onB('sysctl -qw net.ipv4.icmp_echo_ignore_broadcasts=1')],
    probe: storage.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: WEB,
    name: 'echo6-ignored',
    title: 'B ignores IPv6 echo requests; IPv4 ones are answered',
    setup: [
      ...web.bothRoutes,
      onA('ip -6 route add 2001:db8:18:5::/64 via 2001:db8:66::1 dev ens224'),
      onB('ip -6 route add 2001:db8:66::/64 via 2001:db8:18:5::1 dev ens224'),
      onB('sysctl -qw net.ipv6.icmp.echo_ignore_all=1'),
    ],
    probe: { kind: 'ping', bind: 'ens224', to: '2001:db8:18:5::77' },
    also: [web.ping],
    fixes: [helps('echo answered', onB('sysctl -qw net.ipv6.icmp.echo_ignore_all=0'))],
    expected: { code: 'B_ICMP_ECHO_IGNORED', host: 'b' },
  },
  {
    plan: STORY,
    name: 'source-is-of-b',
    title: "the client asks from an address that is B's own, too",
    setup: [...story.bothRoutes, onA('ip addr add 10.3.0.100/32 dev eth1')],
    probe: { kind: 'ping', bind: '10.3.0.100', to: '10.4.0.100' },
    also: [story.ping],
    fixes: [
      useless('reverse-path filters of B off', rpFilter(STORY, 'b', 0)),
      useless('accept_local: the reply stays at home', onB('sysctl -qw net.ipv4.conf.all.accept_local=1')),
    ],
    expected: { code: 'B_MARTIAN_SOURCE_LOCAL', host: 'b' },
  },
  {
    plan: STORY,
    name: 'source-is-second-address',
    title: 'the client asks from a second address of its own',
    setup: [...story.bothRoutes, onA('ip addr add 10.2.0.50/24 dev eth1')],
    probe: { kind: 'ping', bind: '10.2.0.50', to: '10.4.0.100' },
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
];
