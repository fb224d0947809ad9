import type { Explanation } from './explanation.ts';
import { step } from './explanation.ts';
import { WATCH_BOTH } from './ways.ts';

/** Between the hosts; only here is the network to blame. And where nothing can be blamed. */
export const NETWORK_CAUSES = {
  'misrouted-by-network': {
    title: 'the packet was delivered to another card of the host than the one that bears its address',
    see: [
      'The request for the address of eth1 comes in by eth0, or the reply does; the host itself sends from that address by eth1, as it should.',
    ],
    why: [
      'Linux takes what is for any of its addresses by any of its cards, so this works until something minds: a strict reverse-path filter of the host, or a firewall that sees only half of the connection.',
      'The host has no part in it: a router before it has a route for the address by the other network, or a wrong neighbour entry. Only where both cards hang on one link may the host have told it so (see arp-flux).',
      'If the network means to deliver the address there, it should sit on that card, and the routes of the host should lead back by it.',
    ],
    check: [
      step('Who sent it there?', "tcpdump -neni IFACE 'host ADDRESS'"),
      step('What the router thinks:', 'ip route get ADDRESS', 'ip neigh show ADDRESS'),
    ],
    ways: [
      step('Mend the route of that router, so that it reaches the address by the network it belongs to.'),
      step(
        'If it cannot be mended, let the host take the packet: mode 2 still wants a way back by some card.',
        'sysctl -w net.ipv4.conf.IFACE.rp_filter=2',
      ),
    ],
  },
  'lost-in-network': {
    title: 'the packet left one host by the right interface and did not reach the other',
    see: [
      'One capture shows it leaving, the other, which covers that time and interface, does not show it coming.',
    ],
    why: [
      'A filter, a firewall or a broken link between the hosts. wayhome says so only where both hosts did their part and both captures bear witness.',
    ],
    check: [
      WATCH_BOTH,
      step('How far does it come?', 'traceroute -n -s ADDRESS PEER', 'mtr -n -a ADDRESS PEER'),
    ],
    ways: [
      step(
        'Give the report to those who run the network. Ask for the filters on both ways, also for those against forged sources.',
        'wayhome analyze HOST=HOST.pcap OTHER=OTHER.pcap --format json -o report.json',
      ),
    ],
  },
  'rejected-by-network': {
    title: 'a router or firewall between the hosts says that it will not deliver the packet',
    see: [
      'An ICMP error whose sender is none of the hosts, or one that only passes on what another does not take.',
    ],
    why: [
      '"Host unreachable" comes about three seconds later, after the router asked in vain for the link-layer address of the host; "net unreachable" at once, for want of a route; "admin prohibited" from a filter.',
    ],
    check: [
      step('Sender and words of the error:', "tcpdump -nvi any 'icmp[0] == 3 or icmp6[0] == 1'"),
      step('Does the host answer on its own link?', 'arping -I IFACE ADDRESS'),
    ],
    ways: [
      step(
        'Ask those who run the sender of the error. If it could not reach the host on the last link, look at the address, mask and cable of that host.',
        'ip -br addr',
      ),
    ],
  },
  'ttl-exceeded': {
    title: 'the packet ran in circles, or its hop limit was too small',
    see: ['ICMP "time exceeded in-transit" from a router on the way, or from one of the hosts itself.'],
    why: [
      'Each router takes one off the hop limit; at 0 it drops the packet and says so. Two routers that send a packet to each other use up any limit.',
      'A host that forwards is a router, too: without the address asked it sends the packet on by its own routes, perhaps back to where it came from.',
      'Where the capture of the sender shows that the packet left with a small limit, that host is to blame, and no router: a rule, a route or a setting of it, or a program. The probes of traceroute and mtr are sent so and only noted.',
    ],
    check: [step('Addresses that come again show the circle:', 'traceroute -n PEER')],
    ways: [
      step(
        'Mend the routes of the routers that repeat. If the limit itself is small, look who sets it:',
        'sysctl net.ipv4.ip_default_ttl',
        'ip route show table all | grep hoplimit',
        "nft list ruleset | grep -E 'ttl|hoplimit'",
        "iptables-save | grep -E 'TTL|HL'",
      ),
    ],
  },
  'path-mtu': {
    title: 'a link on the way takes only smaller packets, and the sender does not learn of it',
    see: [
      'Small packets pass, large ones vanish; perhaps an ICMP error about size is seen, but the sender goes on.',
    ],
    why: [
      'Path MTU discovery needs the ICMP errors (IPv4 type 3 code 4, IPv6 packet too big). A filter that drops all ICMP, or an asymmetric way on which they are lost, breaks it.',
      'No error at all comes where the cards of one link are set to different MTUs: who takes the link for larger sends what another card drops. Where that card is one of the hosts supplied, its line is named.',
    ],
    check: [step('The largest packet that passes:', 'ping -M do -s 1472 PEER', 'tracepath -n PEER')],
    ways: [
      step(
        'Let these errors through; or set a smaller size on the route.',
        'ip route replace NETWORK via GATEWAY dev IFACE mtu 1400',
      ),
    ],
  },
  unexplained: {
    title: 'the state supplied does not lead to what was captured',
    see: ['The tables supplied send the packet one way, the capture shows another.'],
    why: [
      'The files may be of another time or another host; a program may bind a device; a mark, a VRF, eBPF or a rule that was not supplied may decide. A tool that guesses here is worth nothing, so wayhome says that it does not know.',
    ],
    check: [
      step(
        'Save the state again, at the time of the fault, whole:',
        'ip -d route show table all',
        'ip rule',
        'ip addr',
        'sysctl -a',
        'nft list ruleset',
      ),
    ],
    ways: [
      step(
        'Analyse again with the new files. If they still contradict the capture, the report names the two lines that differ.',
        'wayhome analyze HOST=HOST.pcap HOST=NEW-STATE-FOLDER',
      ),
    ],
  },
  'not-enough-information': {
    title: 'something is missing that would settle it',
    see: ['The report names the file or command that would decide.'],
    why: [
      'A value that could change the verdict is never assumed: the default of rp_filter differs by distribution, a second table may or may not exist. What cannot change the verdict is taken as a fresh Linux has it.',
    ],
    check: [
      step(
        'What a host state consists of:',
        'ip addr',
        'ip rule; ip -6 rule',
        'ip route show table all',
        'ip neigh',
        'sysctl -a',
        'nft list ruleset',
      ),
    ],
    ways: [
      step(
        'Save what the report asks for into a folder and give it as HOST=FOLDER.',
        'mkdir -p HOST && ip route show table all > HOST/ip-route.txt && ip rule > HOST/ip-rule.txt',
      ),
    ],
  },
} as const satisfies Record<string, Explanation>;
