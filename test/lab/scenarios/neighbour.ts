import { STORAGE, STORY, TELCO, WEB } from '../plan.ts';
import { helps, onA, onB, onRouter, rpFilter, type Scenario, useless } from '../scenario.ts';
import { waysOf } from './ways.ts';

const story = waysOf(STORY);
const storage = waysOf(STORAGE);
const web = waysOf(WEB);
/** Requests a second apart, so that three ARP tries fit in. */
const patient = { count: 4, intervalS: 1 } as const;

/** Gateways that do not answer, masks that are too wide, networks laid together, cards without carrier. */
export const neighbourScenarios: readonly Scenario[] = [
  {
    plan: WEB,
    name: 'originator-gateway-wrong',
    title: "A's route names a gateway that nobody answers for",
    setup: [onA('ip route add 198.18.5.64/27 via 10.66.0.9 dev ens224 onlink')],
    probe: { ...web.ping, ...patient },
    fixes: [helps('the right gateway', onA('ip route replace 198.18.5.64/27 via 10.66.0.1 dev ens224'))],
    expected: { code: 'A_GATEWAY_UNRESOLVED', host: 'a' },
  },
  {
    plan: STORY,
    name: 'gateway-of-another-network',
    title:
      "B's default route names the router's address in another network; the router answers for its own card only",
    setup: [
      story.routeOnA,
      onB('ip route replace default via 10.1.0.1 dev eth0 onlink'),
      onRouter('sysctl -qw net.ipv4.conf.all.arp_ignore=1'),
    ],
    probe: { ...story.ping, ...patient },
    fixes: [
      helps('the right gateway', onB('ip route replace default via 10.3.0.1 dev eth0')),
      helps(
        'the router answers for all its addresses',
        onRouter('sysctl -qw net.ipv4.conf.all.arp_ignore=0'),
      ),
    ],
    expected: { code: 'B_GATEWAY_UNRESOLVED', host: 'b' },
  },
  {
    plan: STORY,
    name: 'gateway-of-another-network-answers',
    title: 'the same route; the router answers for every address it has',
    setup: [story.routeOnA, onB('ip route replace default via 10.1.0.1 dev eth0 onlink')],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: STORAGE,
    name: 'router-silent-to-foreign-sender',
    title: "B asks ARP with the reply's own source; a strict router does not answer such a question",
    setup: [storage.routeOnA, onRouter('sysctl -qw net.ipv4.conf.net3.rp_filter=1')],
    late: [onRouter('ip neigh flush dev net3'), onB('ip neigh flush dev enp1s0f0')],
    probe: { ...storage.ping, ...patient },
    fixes: [
      helps("a static route on B to the client's network", storage.routeOnB),
      useless('reverse-path filters of B off', rpFilter(STORAGE, 'b', 0)),
    ],
    expected: { code: 'B_GATEWAY_UNRESOLVED', host: 'b' },
  },
  {
    plan: STORY,
    name: 'responder-silent-to-arp',
    title: "B's second card answers no ARP; the router says that the host is unreachable",
    setup: [...story.bothRoutes, onB('sysctl -qw net.ipv4.conf.eth1.arp_ignore=8')],
    late: [onRouter('ip neigh flush all')],
    probe: { ...story.ping, ...patient },
    fixes: [
      helps('an answer for addresses of the card', onB('sysctl -qw net.ipv4.conf.eth1.arp_ignore=1')),
      useless('reverse-path filters of B off', rpFilter(STORY, 'b', 0)),
    ],
    expected: { code: 'B_ARP_SILENT', host: 'b' },
  },
  {
    plan: STORY,
    name: 'mask-too-wide-on-b',
    title: "B's second card believes the client on its own link",
    setup: [
      story.routeOnA,
      onB('ip addr del 10.4.0.100/24 dev eth1'),
      onB('ip addr add 10.4.0.100/8 dev eth1'),
    ],
    probe: { ...story.ping, ...patient },
    fixes: [
      helps(
        'the right mask',
        onB('ip addr del 10.4.0.100/8 dev eth1'),
        onB('ip addr add 10.4.0.100/24 dev eth1'),
      ),
    ],
    expected: { code: 'B_NETMASK_ONLINK', host: 'b' },
  },
  {
    plan: STORY,
    name: 'mask-wide-but-harmless',
    title: "a mask too wide on B that does not reach the client's network",
    setup: [
      ...story.bothRoutes,
      onB('ip addr del 10.4.0.100/24 dev eth1'),
      onB('ip addr add 10.4.0.100/15 dev eth1'),
      onB('ip route replace 10.2.0.0/24 via 10.4.0.1 dev eth1'),
    ],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'mask-too-wide-on-a',
    title: "A's second card believes B on its own link",
    captureStyle: 'pcapng',
    setup: [onA('ip addr del 10.2.0.100/24 dev eth1'), onA('ip addr add 10.2.0.100/8 dev eth1')],
    probe: { ...story.ping, ...patient },
    fixes: [
      helps("a static route on A to B's second network", story.routeOnA),
      helps(
        'the right mask, and a way out by that card',
        onA('ip addr del 10.2.0.100/8 dev eth1'),
        onA('ip addr add 10.2.0.100/24 dev eth1'),
        story.routeOnA,
      ),
    ],
    expected: { code: 'A_NETMASK_ONLINK', host: 'a' },
  },
  {
    plan: STORY,
    name: 'bound-but-proxied',
    title: 'the story as written, and a router that answers ARP for everybody',
    setup: [onRouter('sysctl -qw net.ipv4.conf.net2.proxy_arp=1')],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY_ASYMMETRIC', host: null },
  },
  {
    plan: TELCO,
    name: 'gateway6-unresolved',
    title: "B's IPv6 route back, its only one, names a gateway that nobody answers for",
    setup: [
      onA('ip -6 route add 2001:db8:d200::/64 via 2001:db8:c200::1 dev bond0.200'),
      onB('ip -6 route del default'),
      onB('ip -6 route add 2001:db8:c200::/64 via 2001:db8:d200::99 dev enp3s0f1'),
    ],
    probe: { kind: 'ping', bind: 'bond0.200', to: '2001:db8:d200::82', ...patient },
    fixes: [
      helps(
        'the right gateway',
        onB('ip -6 route replace 2001:db8:c200::/64 via 2001:db8:d200::1 dev enp3s0f1'),
      ),
    ],
    expected: { code: 'B_GATEWAY_UNRESOLVED', host: 'b' },
  },
  {
    plan: STORY,
    name: 'source-hint-wrong',
    title: "A's route lends its packets the first card's address; the router takes it for forged",
    setup: [
      onA('ip route add 10.4.0.0/24 via 10.2.0.1 dev eth1 src 10.1.0.100'),
      onRouter('sysctl -qw net.ipv4.conf.net2.rp_filter=1'),
    ],
    probe: { kind: 'ping', to: '10.4.0.100' },
    fixes: [
      helps(
        "the second card's address",
        onA('ip route replace 10.4.0.0/24 via 10.2.0.1 dev eth1 src 10.2.0.100'),
      ),
    ],
    expected: { code: 'A_ROUTE_SRC_HINT_WRONG', host: 'a' },
  },
  {
    plan: STORY,
    name: 'source-hint-right',
    title: "the same route with the second card's address",
    setup: [
      onA('ip route add 10.4.0.0/24 via 10.2.0.1 dev eth1 src 10.2.0.100'),
      story.routeOnB,
      onRouter('sysctl -qw net.ipv4.conf.net2.rp_filter=1'),
    ],
    probe: { kind: 'ping', to: '10.4.0.100' },
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    name: 'reply-interface-linkdown',
    title: "B's route back leads by a card whose cable is out",
    setup: [onA('ip route add 10.3.0.0/24 via 10.2.0.1 dev eth1'), story.routeOnB],
    late: [onRouter('ip link set net4 down')],
    probe: { kind: 'ping', bind: 'eth1', to: '10.3.0.100' },
    fixes: [
      helps(
        'routes without carrier ignored',
        onB('sysctl -qw net.ipv4.conf.all.ignore_routes_with_linkdown=1'),
      ),
      helps('the route removed', onB('ip route del 10.2.0.0/24')),
    ],
    expected: { code: 'B_REPLY_IFACE_LINKDOWN', host: 'b' },
  },
  {
    plan: STORY,
    name: 'linkdown-ignored',
    title: 'the same card without cable, its routes ignored',
    setup: [
      onA('ip route add 10.3.0.0/24 via 10.2.0.1 dev eth1'),
      story.routeOnB,
      onB('sysctl -qw net.ipv4.conf.eth1.ignore_routes_with_linkdown=1'),
    ],
    late: [onRouter('ip link set net4 down')],
    probe: { kind: 'ping', bind: 'eth1', to: '10.3.0.100' },
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: STORY,
    joined: [2, 1],
    name: 'arp-flux',
    title:
      "both cards of A in one network: the first card answers for the second's address, and a bound ping gets nothing",
    setup: [onA('ip route add default via 10.2.0.1 dev eth1 metric 200'), story.routeOnB],
    late: [onRouter('ip neigh flush dev lan')],
    probe: story.ping,
    fixes: [
      helps(
        'each card answers for its own address',
        onA('sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2'),
      ),
    ],
    expected: { code: 'A_ARP_FLUX', host: 'a' },
  },
  {
    plan: STORY,
    joined: [1, 2],
    name: 'one-network-no-flux',
    title: 'both cards of A in one network, each answers for its own address',
    setup: [
      ...story.bothRoutes,
      onA('sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2'),
    ],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
  {
    plan: WEB,
    name: 'router-silent-to-originator',
    title: "A asks ARP with the second card's address by the first; a strict router does not answer",
    setup: [onRouter('sysctl -qw net.ipv4.conf.net1.rp_filter=1')],
    late: [onRouter('ip neigh flush dev net1'), onA('ip neigh flush dev ens192')],
    probe: { kind: 'ping', bind: '10.66.0.2', to: '198.18.5.77', ...patient },
    fixes: [helps("a static route on A to B's second network", web.routeOnA)],
    expected: { code: 'A_GATEWAY_UNRESOLVED', host: 'a' },
  },
  {
    plan: STORY,
    name: 'bridge-strict',
    title: "B's second card is the port of a bridge, whose strict filter drops the request",
    setup: [
      story.routeOnA,
      onB('ip link add br1 type bridge'),
      onB('ip addr flush dev eth1'),
      onB('ip link set eth1 master br1'),
      onB('ip addr add 10.4.0.100/24 dev br1'),
      onB('ip link set br1 up'),
      onB('sysctl -qw net.ipv4.conf.br1.rp_filter=1'),
    ],
    probe: story.ping,
    fixes: [
      helps(
        "a static route on B to the client's network",
        onB('ip route add 10.2.0.0/24 via 10.4.0.1 dev br1'),
      ),
      useless('the port loose', onB('sysctl -qw net.ipv4.conf.eth1.rp_filter=2')),
    ],
    expected: { code: 'B_RPF_STRICT_DROPS_REQUEST', host: 'b' },
  },
  {
    plan: STORY,
    name: 'bridge-right',
    title: 'the same bridge with a route back; every packet is captured twice',
    setup: [
      story.routeOnA,
      onB('ip link add br1 type bridge'),
      onB('ip addr flush dev eth1'),
      onB('ip link set eth1 master br1'),
      onB('ip addr add 10.4.0.100/24 dev br1'),
      onB('ip link set br1 up'),
      onB('ip route add 10.2.0.0/24 via 10.4.0.1 dev br1'),
      onB('sysctl -qw net.ipv4.conf.br1.rp_filter=1'),
    ],
    probe: story.ping,
    fixes: [],
    expected: { code: 'HEALTHY', host: null },
  },
];
