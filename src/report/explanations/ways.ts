import { step } from './explanation.ts';

/** Ways out that several kinds share, and how a lookup is asked for. Table 200 and priority 200 are examples. */

export const ASK_FOR_REPLY = step(
  'Ask for the way of the reply on the host that answers. Give the source: without it, `ip route get` tells the way of new traffic, which is another question.',
  'ip route get PEER from ADDRESS',
  'ip rule',
  'ip route show table all',
);

export const WATCH_BOTH = step(
  'Watch all interfaces at once on both hosts, into files that wayhome can read.',
  "tcpdump -ni any -U -w HOST.pcap 'icmp or icmp6 or arp or tcp'",
  'wayhome analyze HOST=HOST.pcap HOST=STATE-FOLDER OTHER=OTHER.pcap OTHER=STATE-FOLDER',
);

export const STATIC_ROUTES = step(
  'Static routes: give the network of the peer a route by the interface wanted. Do so on both hosts, each for the network of the other. It is simple and suits a few known networks; it also moves new connections to that network.',
  'ip route add NETWORK via GATEWAY dev IFACE',
);

export const SECOND_TABLE = step(
  'A second route table and a rule on the source: whatever bears the address of the interface leaves by it, whoever the peer is. The rule names `from` alone, not `dev` or `iif`.',
  'ip route add SUBNET dev IFACE src ADDRESS table 200',
  'ip route add default via GATEWAY dev IFACE table 200',
  'ip rule add from ADDRESS table 200 priority 200',
);

export const PERSISTENT = step(
  'These commands last until the next reboot. To keep them: `routes` and `routing-policy` in netplan; [Route] and [RoutingPolicyRule] in systemd-networkd; ipv4.routes and ipv4.routing-rules in NetworkManager; route-IFACE and rule-IFACE beside ifcfg-IFACE on older Red Hat systems; `up` lines in ifupdown.',
  'nmcli connection modify NAME +ipv4.routes "0.0.0.0/0 GATEWAY table=200"',
  'nmcli connection modify NAME +ipv4.routing-rules "priority 200 from ADDRESS table 200"',
);

export const MARKS = step(
  'Marks: remember on the connection by which interface it came in, put the mark on what is sent in reply, and choose the table by the mark. It needs connection tracking, and the chain at output must be of type `route`: only that looks up the way again. With a strict reverse-path filter also set src_valid_mark=1.',
  'nft add table ip wayback',
  "nft add chain ip wayback in '{ type filter hook prerouting priority mangle; }'",
  'nft add rule ip wayback in iifname IFACE ct state new ct mark set 1',
  'nft add rule ip wayback in iifname IFACE ct mark 1 meta mark set ct mark',
  "nft add chain ip wayback out '{ type route hook output priority mangle; }'",
  'nft add rule ip wayback out ct mark 1 meta mark set ct mark',
  'ip route add default via GATEWAY dev IFACE table 200',
  'ip rule add fwmark 1 table 200 priority 199',
  'sysctl -w net.ipv4.conf.IFACE.src_valid_mark=1',
);

export const LOOSE_FILTER = step(
  'Loose filtering on that interface. The value that counts is the greater of `all` and the interface, and 2 is greater than 1, so this suffices. Its price: with a default route any source is accepted, and the replies still leave by the other interface, where a filter on the way may drop them.',
  'sysctl -w net.ipv4.conf.IFACE.rp_filter=2',
);

/** The ways that send replies back by the interface they were asked on. */
export const REPLY_WAYS = [STATIC_ROUTES, SECOND_TABLE, MARKS, PERSISTENT];
