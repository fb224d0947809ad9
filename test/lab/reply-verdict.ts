import { curedBy, firewallAct, provenFault } from './cure.ts';
import {
  bearerOf,
  dropped,
  filtered,
  icmpErrors,
  interfaceOf,
  rose,
  rpFilterMode,
  setting,
  unanswered,
  unexplained,
  type Verdict,
  verdict,
  withoutCarrier,
} from './evidence.ts';
import type { Measurement } from './measure.ts';
import { actOn, REFUSALS } from './request-verdict.ts';
import type { Probe } from './scenario.ts';

const CURED = 'What was set right on B cured the probe.';

/** The request reached B and no reply left it. */
export function replyNeverLeft(m: Measurement, probe: Probe): Verdict {
  return notTaken(m) ?? notServed(m, probe) ?? notSent(m) ?? unexplained('reply_left_b');
}

/** B's kernel dropped the request, or its firewall the request or the reply. */
function notTaken(m: Measurement): Verdict | null {
  const stage = 'reply_left_b';
  const source = m.stages.requestReachedB.src![0]!;
  if (bearerOf(m, 'b', source) && !filtered(m, 'b')) {
    return verdict('B_MARTIAN_SOURCE_LOCAL', 'b', stage, `${source} is one of B's own addresses.`);
  }
  const fault = provenFault(m, 'b');
  if (fault) return verdict(`B_${fault}`, 'b', stage, CURED);
  const act = firewallAct(m, 'b');
  if (act)
    return verdict(`B_FIREWALL_${actOn(act, wasDelivered(m) ? 'REPLY' : 'REQUEST')}`, 'b', stage, CURED);
  if (filtered(m, 'b')) {
    const mode = rpFilterMode(m, 'b', interfaceOf(m.stages.requestReachedB)!);
    const why = `B counted the request as failing its reverse-path filter (${mode.toLowerCase()}).`;
    return verdict(`B_RPF_${mode}_DROPS_REQUEST`, 'b', 'request_reached_b', why);
  }
  return dropped(m, 'b', 'NETFILTER_DROP')
    ? verdict('B_FIREWALL_DROPS_REQUEST', 'b', stage, "B's own firewall dropped it.")
    : null;
}

/** B's transport saw the request. */
function wasDelivered(m: Measurement): boolean {
  const counters = ['IcmpInEchos', 'Icmp6InEchos', 'TcpInSegs', 'UdpInDatagrams', 'Udp6InDatagrams'];
  return counters.some((counter) => rose(m, 'b', counter) > 0);
}

/** The request arrived; nobody was there to answer it. */
function notServed(m: Measurement, probe: Probe): Verdict | null {
  const stage = 'reply_left_b';
  if (rose(m, 'b', 'TcpExtListenOverflows') > 0) {
    return verdict('B_LISTEN_QUEUE_FULL', 'b', stage, 'B counted an overflow of the accept queue.');
  }
  if (probe.kind === 'udp' && icmpErrors(m, 'b', 'out').length > 0) {
    const why = 'B answered that the port is unreachable.';
    return verdict(elsewhere(m, probe.port) ? 'B_LISTENER_OTHER_ADDRESS' : 'B_PORT_CLOSED', 'b', stage, why);
  }
  const key = probe.to.includes(':') ? 'icmp.echo_ignore_all' : 'icmp_echo_ignore_all';
  return probe.kind === 'ping' && setting(m, 'b', key) === 1
    ? verdict('B_ICMP_ECHO_IGNORED', 'b', stage, `${key} is 1 on B.`)
    : null;
}

/** Something listens on the port, so on another address than the one asked. */
export function elsewhere(m: Measurement, port: number): boolean {
  return ['ss-ltn.txt', 'ss-lun.txt'].some((file) => new RegExp(`:${port}\\s`).test(m.states.b.get(file)!));
}

/** B made a reply and could not send it: no carrier, no neighbour, no route. */
function notSent(m: Measurement): Verdict | null {
  const stage = 'reply_left_b';
  const { reply } = m.lookups;
  const device = reply.answer.match(/ dev (\S+)/)?.[1];
  if (withoutCarrier(m, 'b', device)) {
    return verdict('B_REPLY_IFACE_LINKDOWN', 'b', stage, `${device} of B has no carrier.`);
  }
  const silent = unanswered(m, 'b');
  if (silent) {
    const onLink = m.stages.requestReachedB.src!.includes(silent.target);
    const code = onLink ? 'B_NETMASK_ONLINK' : 'B_GATEWAY_UNRESOLVED';
    return verdict(code, 'b', stage, `${silent.target} did not answer B on ${silent.iface}.`);
  }
  if (!reply.error) return null;
  const why = `\`${reply.query}\`: ${reply.error}.`;
  return verdict(`B_${REFUSALS[reply.error] ?? 'NO_ROUTE_FOR_REPLY'}`, 'b', stage, why);
}

/** A reply sent by another card is B's fault only if changing B alone brought it home. */
export function replyLost(m: Measurement): Verdict {
  const stage = 'reply_reached_a';
  const fault = provenFault(m, 'b');
  if (fault) return verdict(`B_${fault}`, 'b', stage, CURED);
  const [came, left] = [interfaceOf(m.stages.requestReachedB), interfaceOf(m.stages.replyLeftB)];
  if (came === left || !curedBy(m, 'b')) {
    return verdict('NETWORK_DROPS_REPLY', null, stage, `The reply left B by ${left} and did not arrive.`);
  }
  const why = `The request came in by ${came}, the reply left by ${left} and was dropped on the way`;
  if (filtered(m, 'router')) {
    const counted = `${why}: the router's reverse-path filter counted it.`;
    return verdict('NETWORK_DROPS_REPLY_URPF', 'b', stage, counted);
  }
  const wall = m.stages.network.firewall;
  if (wall?.reply_in?.seen && !wall.reply_out?.seen) {
    return verdict('NETWORK_DROPS_REPLY_STATEFUL', 'b', stage, `${why} by the stateful firewall.`);
  }
  return verdict('NETWORK_DROPS_REPLY_ACL', 'b', stage, `${why}.`);
}
