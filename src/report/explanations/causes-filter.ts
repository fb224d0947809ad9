import type { Explanation } from './explanation.ts';
import { step } from './explanation.ts';
import { LOOSE_FILTER, SECOND_TABLE, STATIC_ROUTES } from './ways.ts';

const ASK_FILTER = step(
  'Let the kernel judge: an error (Invalid argument, on older kernels Invalid cross-device link) means dropped.',
  'ip route get ADDRESS from PEER iif IFACE',
  'sysctl net.ipv4.conf.all.rp_filter net.ipv4.conf.IFACE.rp_filter',
  'nstat -az TcpExtIPReversePathFilter',
);

/** Something of the receiving host drops the packet. */
export const FILTER_CAUSES = {
  'rp-filter-strict': {
    title: 'the strict reverse-path filter drops the packet: the way back leaves by another interface',
    see: [
      'tcpdump shows the packet coming in, and then nothing happens. The counter TcpExtIPReversePathFilter rises by one for each.',
    ],
    why: [
      'With rp_filter 1 the kernel looks up the way back to the source of every packet that comes in, and drops it unless that way leaves by the interface it came in on. Neither the socket nor a device it is bound to plays a part.',
      'The value that counts is the greater of conf.all and conf.IFACE. So all=1 and IFACE=0 is strict, and all=1 and IFACE=2 is loose. conf.default only seeds interfaces made later.',
      'Rules `from ADDRESS` count in this lookup, rules with `iif` do not, and rules on marks only with src_valid_mark=1. A strict host is also silent to ARP requests whose sender fails the test.',
    ],
    check: [ASK_FILTER],
    ways: [SECOND_TABLE, STATIC_ROUTES, LOOSE_FILTER],
  },
  'rp-filter-loose': {
    title: 'the loose reverse-path filter drops the packet: there is no way back by any interface',
    see: [
      'tcpdump shows the packet coming in, and then nothing happens. The counter TcpExtIPReversePathFilter rises.',
    ],
    why: [
      'With rp_filter 2 a packet is dropped only where no ordinary route leads back to its source: there is no default route, or a blackhole, unreachable or prohibit route stands there.',
    ],
    check: [ASK_FILTER, step('The way back:', 'ip route get PEER from ADDRESS')],
    ways: [STATIC_ROUTES, step('Or a default route:', 'ip route add default via GATEWAY dev IFACE')],
  },
  'firewall-rp-filter': {
    title: 'a firewall rule makes the reverse-path test and drops the packet',
    see: [
      'As with rp-filter-strict, but the sysctl is 0 or 2, or it is IPv6. The counter TcpExtIPReversePathFilter does not rise; that of the rule does.',
    ],
    why: [
      'IPv6 has no rp_filter sysctl. The same test is made by nft (`fib saddr . iif oif missing drop`) or ip6tables (`-m rpfilter`). firewalld sets one for IPv6 unless told otherwise (IPv6_rpfilter).',
    ],
    check: [
      step(
        'Look for the rule and its counter:',
        'nft list ruleset',
        'ip6tables-save -c',
        'ip -6 route get PEER from ADDRESS',
      ),
    ],
    ways: [
      SECOND_TABLE,
      step(
        'Or loosen the test: without `iif` it only asks whether there is any route back. In firewalld.conf: IPv6_rpfilter=loose.',
        'nft list chain inet TABLE CHAIN',
      ),
    ],
  },
  'martian-source': {
    title: "the packet's source (or destination) is an address that cannot come in from outside",
    see: [
      'tcpdump shows the packet coming in, and nothing happens. With log_martians=1 the kernel log names it.',
    ],
    why: [
      'A packet from outside cannot bear an address of the host itself, a loopback or a multicast address as its source. It is dropped whatever rp_filter says; own addresses pass only with accept_local=1, and not even then in strict mode. Two hosts with the same address, or a translation gone wrong, make such packets.',
      'The same holds for a loopback address as destination, as a rule that translates to 127.0.0.1 writes it: it is dropped before any table is asked, unless route_localnet is 1 for all or for the interface.',
    ],
    check: [
      step(
        'Whose address is it?',
        'ip -br addr',
        'sysctl net.ipv4.conf.all.route_localnet net.ipv4.conf.IFACE.route_localnet',
        'sysctl -w net.ipv4.conf.all.log_martians=1',
        'dmesg | grep -i martian',
      ),
    ],
    ways: [
      step(
        'Give one of the two hosts another address, or mend the translation.',
        'arping -D -I IFACE ADDRESS',
      ),
      step(
        'A translation to 127.0.0.1 needs route_localnet on the interface the packets come in by; a translation to an address of that interface (nft: redirect) needs nothing.',
        'sysctl -w net.ipv4.conf.IFACE.route_localnet=1',
      ),
    ],
  },
  'echo-ignored': {
    title: 'the host is told not to answer echo requests',
    see: ['Requests arrive, no reply leaves; TCP to the same address works.'],
    why: ['icmp_echo_ignore_all=1 silences the kernel. It says nothing about the network.'],
    check: [step('On the responder:', 'sysctl net.ipv4.icmp_echo_ignore_all net.ipv6.icmp.echo_ignore_all')],
    ways: [step('Let it answer, or test with TCP:', 'sysctl -w net.ipv4.icmp_echo_ignore_all=0')],
  },
  'firewall-drops': {
    title: "the host's own firewall drops the packet without a word",
    see: [
      'At input: tcpdump shows the request, and no reply is made. At output: tcpdump does not show the reply, though IcmpOutEchoReps rises.',
    ],
    why: [
      'Capture comes before the firewall for what comes in, and after it for what goes out. A rule set that accepts only established connections drops a reply whose request it has not seen: for an asymmetric path every reply is such a one (state INVALID).',
    ],
    check: [step('Rules and their counters before and after a try:', 'nft list ruleset', 'iptables-save -c')],
    ways: [
      step(
        'Accept the packet before the rule that drops it; or mend the asymmetry first, if the rule drops it for its state.',
        'nft insert rule inet TABLE CHAIN ip saddr PEER accept',
      ),
    ],
  },
  'firewall-rejects': {
    title: "the host's own firewall rejects the packet with an error or a reset",
    see: ['"No route to host" (administratively prohibited) or "Connection refused" (reset), at once.'],
    why: [
      '`reject` answers with an ICMP error or a TCP reset. The first looks like a missing route, the second like a closed port; neither is. The answer takes the ordinary route of the host and may itself be lost.',
    ],
    check: [step('Rules with reject, and who listens:', 'nft list ruleset', 'iptables-save -c', 'ss -ltn')],
    ways: [
      step('Accept the packet before that rule:', 'nft insert rule inet TABLE CHAIN ip saddr PEER accept'),
    ],
  },
} as const satisfies Record<string, Explanation>;
