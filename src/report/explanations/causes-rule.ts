import type { Explanation } from './explanation.ts';
import { step } from './explanation.ts';
import { PERSISTENT, SECOND_TABLE } from './ways.ts';

/** A policy rule is there, and does not do what it was made for. */
export const RULE_CAUSES = {
  'rule-never-matches-local': {
    title: 'the rule names an incoming interface, and what the host itself sends never comes in by one',
    see: [
      'There is a second table and a rule for it, such as `from ADDRESS iif IFACE lookup TABLE`, and replies still leave by the default route of table main.',
    ],
    why: [
      'In `ip rule`, `dev` means `iif`: the interface a packet came in by. For a packet that the host makes itself, replies included, that is always lo. So the rule matches none of them. It does not match in the reverse-path check either.',
    ],
    check: [step('`iif` in the list is the sign of it:', 'ip rule', 'ip route get PEER from ADDRESS')],
    ways: [
      step(
        'The same rule without the interface:',
        'ip rule add from ADDRESS table TABLE priority 200',
        'ip rule del from ADDRESS iif IFACE table TABLE',
      ),
      PERSISTENT,
    ],
  },
  'rule-table-empty': {
    title: 'the rule matches, but its table holds nothing',
    see: ['The rule is in the list, and replies leave by table main all the same.'],
    why: [
      'A table without a matching route does not end the lookup: the next rule is tried, and main answers. Tables are emptied without a word when an interface goes down, or when its gateway could not be reached at the time the route was added.',
    ],
    check: [
      step(
        'Is there anything in it? The name must be the right number in rt_tables.',
        'ip route show table TABLE',
        'grep -r . /etc/iproute2/rt_tables /etc/iproute2/rt_tables.d',
      ),
    ],
    ways: [
      step(
        'Fill it:',
        'ip route add SUBNET dev IFACE src ADDRESS table TABLE',
        'ip route add default via GATEWAY dev IFACE table TABLE',
      ),
      PERSISTENT,
    ],
  },
  'rule-table-no-default': {
    title: 'the rule matches, but its table has no route for the reply',
    see: ['Peers in the subnet of the interface get their answers, those behind a router do not.'],
    why: [
      'The table holds perhaps the connected subnet, but no route that contains the peer. Then the lookup goes on with the next rule, and main answers with its default route.',
    ],
    check: [
      step('A `default` line is missing:', 'ip route show table TABLE', 'ip route get PEER from ADDRESS'),
    ],
    ways: [step('Add it:', 'ip route add default via GATEWAY dev IFACE table TABLE'), PERSISTENT],
  },
  'rule-table-wrong-route': {
    title: 'the rule matches, but its table sends the reply by the wrong interface',
    see: ['Replies obey the rule and leave by an interface that is not the one of their source address.'],
    why: ['The table of the rule was filled with the gateway or the interface of another network.'],
    check: [
      step(
        'The interface in this table should be the one that bears ADDRESS:',
        'ip route show table TABLE',
        'ip -br addr',
      ),
    ],
    ways: [
      step('Replace the route:', 'ip route replace default via GATEWAY dev IFACE table TABLE'),
      PERSISTENT,
    ],
  },
  'rule-after-main': {
    title: 'the rule comes after one that already decides',
    see: ['The rule and its table are right, and have no effect.'],
    why: [
      'Rules are tried in ascending order of their priority. Table main (32766) has a default route, so it answers everything: a rule with a greater number is never reached.',
    ],
    check: [step('The rule must stand above `32766: from all lookup main`:', 'ip rule')],
    ways: [
      step(
        'Put it before main:',
        'ip rule add from ADDRESS table TABLE priority 200',
        'ip rule del from ADDRESS table TABLE priority OLD',
      ),
      PERSISTENT,
    ],
  },
  'rule-wrong-selector': {
    title: 'the rule selects something else than the reply',
    see: ['The rule and its table are there, and replies pass it by.'],
    why: [
      '`from` and `to` speak of the packet that is being routed. For the reply, `from` is the address that was asked, and `to` is the peer. A rule made for the request has them the wrong way round; one with another address, mask, port or tos does not match either. The tos of an echo reply is that of its request.',
    ],
    check: [step('Compare each selector with the reply:', 'ip rule', 'ip route get PEER from ADDRESS')],
    ways: [SECOND_TABLE, PERSISTENT],
  },
} as const satisfies Record<string, Explanation>;
