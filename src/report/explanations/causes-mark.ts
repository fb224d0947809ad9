import type { Explanation } from './explanation.ts';
import { step } from './explanation.ts';
import { ASK_FOR_REPLY } from './ways.ts';

/** Marks are set, and do not lead the reply to its table. */
export const MARK_CAUSES = {
  'mark-not-on-reply': {
    title: 'the mark of the connection is not carried to the reply',
    see: ['Packets that come in are marked, a rule looks at the mark, and replies take the default route.'],
    why: [
      'A mark on a packet ends with the packet. The reply is a new one with mark 0, unless a rule at output restores it from the connection, or the kernel reflects it: fwmark_reflect=1 for ICMP, tcp_fwmark_accept=1 for TCP.',
    ],
    check: [
      step(
        'Is there a rule at output that sets the mark from the connection?',
        'nft list ruleset',
        'iptables-save -t mangle',
        'sysctl net.ipv4.fwmark_reflect net.ipv4.tcp_fwmark_accept',
        'ip route get PEER from ADDRESS mark 1',
      ),
    ],
    ways: [
      step(
        'Restore the mark at output, in a chain of type route:',
        "nft add chain ip TABLE out '{ type route hook output priority mangle; }'",
        'nft add rule ip TABLE out ct mark 1 meta mark set ct mark',
      ),
      ASK_FOR_REPLY,
    ],
  },
  'mark-rule-missing': {
    title: 'packets are marked, and no rule uses the mark',
    see: ['The firewall sets marks, and `ip rule` shows no `fwmark` for them.'],
    why: ['A mark changes no route by itself. Only a rule that names it leads to another table.'],
    check: [
      step(
        'Compare the marks set with those asked for, mask included:',
        'nft list ruleset',
        'iptables-save -t mangle',
        'ip rule',
      ),
    ],
    ways: [
      step(
        'Add the rule, and the table it leads to:',
        'ip rule add fwmark 1 table 200 priority 199',
        'ip route add default via GATEWAY dev IFACE table 200',
      ),
    ],
  },
  'mark-no-reroute': {
    title: 'the mark is set where no second lookup follows',
    see: ['The reply bears the mark, a rule fits it, and it leaves by the old interface.'],
    why: [
      'The route of a local packet is looked up before the output hook. Only a chain of type `route` (nft), or the mangle table (iptables), has it looked up again when the mark changes. In a chain of type `filter` the mark is set too late.',
    ],
    check: [step('Of which type is the chain that sets the mark?', 'nft list ruleset')],
    ways: [
      step(
        'Move the rule into a chain of type route:',
        "nft add chain ip TABLE out '{ type route hook output priority mangle; }'",
        'nft add rule ip TABLE out ct mark 1 meta mark set ct mark',
      ),
    ],
  },
} as const satisfies Record<string, Explanation>;
