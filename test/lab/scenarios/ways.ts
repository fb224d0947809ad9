import { bare, network4, type Plan } from '../plan.ts';
import { onA, onB, type Ping, type Step, type Tcp, type Udp } from '../scenario.ts';

/** The words that most scenarios of a plan need: its cards and addresses, the usual routes, the usual probes. */
export interface Ways {
  /** Names of the cards. */
  readonly a0: string;
  readonly a1: string;
  readonly b0: string;
  readonly b1: string;
  /** Their IPv4 addresses. */
  readonly addressA0: string;
  readonly addressA1: string;
  readonly addressB0: string;
  readonly addressB1: string;
  /** The network of A's second card. */
  readonly networkA1: string;
  readonly networkB1: string;
  /** The gateways of B's cards. */
  readonly gatewayB0: string;
  readonly gatewayB1: string;
  /** A's route to B's second network by A's second card, and B's route back. */
  readonly routeOnA: Step;
  readonly routeOnB: Step;
  readonly bothRoutes: readonly Step[];
  /** B's table for its second card, filled, and the rule that leads there. */
  readonly tableOnB: Step;
  readonly ruleOnB: Step;
  /** Ping from A's second card to B's. */
  readonly ping: Ping;
  tcp(port: number): Tcp;
  udp(port: number): Udp;
}

export function waysOf({ a, b }: Plan): Ways {
  const [[a0, a1], [b0, b1]] = [a.cards, b.cards];
  const [networkA1, networkB1] = [network4(a1.address4), network4(b1.address4)];
  const [from, to] = [bare(a1.address4), bare(b1.address4)];
  const routeOnA = onA(`ip route add ${networkB1} via ${a1.gateway4} dev ${a1.name}`);
  const routeOnB = onB(`ip route add ${networkA1} via ${b1.gateway4} dev ${b1.name}`);
  return {
    a0: a0.name,
    a1: a1.name,
    b0: b0.name,
    b1: b1.name,
    addressA0: bare(a0.address4),
    addressA1: from,
    addressB0: bare(b0.address4),
    addressB1: to,
    networkA1,
    networkB1,
    gatewayB0: b0.gateway4,
    gatewayB1: b1.gateway4,
    routeOnA,
    routeOnB,
    bothRoutes: [routeOnA, routeOnB],
    tableOnB: onB(`ip route add default via ${b1.gateway4} dev ${b1.name} table ${b.table.name}`),
    ruleOnB: onB(`ip rule add from ${to} table ${b.table.name}`),
    ping: { kind: 'ping', bind: a1.name, to },
    tcp: (port) => ({ kind: 'tcp', from, to, port }),
    udp: (port) => ({ kind: 'udp', from, to, port }),
  };
}
