import {
  dropped,
  filtered,
  interfaceOf,
  provenRuleFault,
  rpFilterMode,
  unanswered,
  unexplained,
  type Verdict,
  verdict,
} from './evidence.ts';
import type { Measurement } from './measure.ts';
import type { Probe } from './scenario.ts';

/** What `ip route get` says of the reply on B (fib_props in net/ipv4/fib_semantics.c), as a code. */
const REFUSALS: Readonly<Record<string, string>> = {
  'Invalid argument': 'B_BLACKHOLE_ROUTE',
  'No route to host': 'B_UNREACHABLE_ROUTE',
  'Permission denied': 'B_PROHIBIT_ROUTE',
  'Network is unreachable': 'B_NO_ROUTE_FOR_REPLY',
};

/** The request reached B and no reply left it. */
export function replyNeverLeft(m: Measurement, probe: Probe): Verdict {
  const stage = 'reply_left_b';
  const rule = provenRuleFault(m, 'b');
  if (rule) return verdict(`B_${rule}`, 'b', stage, 'The rule or its table, set right, cured the probe.');
  if (filtered(m, 'b')) {
    const mode = rpFilterMode(m, 'b', interfaceOf(m.stages.requestReachedB)!);
    const why = `B counted the request as failing its reverse-path filter (${mode.toLowerCase()}).`;
    return verdict(`B_RPF_${mode}_DROPS_REQUEST`, 'b', 'request_reached_b', why);
  }
  if (dropped(m, 'b', 'NETFILTER_DROP')) {
    const answered = (m.counters.get('b')!.IcmpOutEchoReps ?? 0) > 0;
    const code = answered ? 'B_FIREWALL_DROPS_REPLY' : 'B_FIREWALL_DROPS_REQUEST';
    return verdict(code, 'b', stage, "B's own firewall dropped it.");
  }
  const silent = unanswered(m, 'b');
  if (silent) {
    const onLink = m.stages.requestReachedB.src!.includes(silent.target);
    const code = onLink ? 'B_NETMASK_ONLINK' : 'B_GATEWAY_UNRESOLVED';
    return verdict(code, 'b', stage, `${silent.target} did not answer B on ${silent.iface}.`);
  }
  const refusal = REFUSALS[m.lookups.reply.error ?? ''];
  if (refusal) return verdict(refusal, 'b', stage, `\`${m.lookups.reply.query}\`: ${m.lookups.reply.error}.`);
  if (probe.kind === 'ping' && m.states.b.get('sysctl.txt')!.includes('icmp_echo_ignore_all = 1')) {
    return verdict('B_ICMP_ECHO_IGNORED', 'b', stage, 'icmp_echo_ignore_all is 1 on B.');
  }
  return unexplained(stage);
}

/** A reply sent by another card is B's fault only if changing B alone brought it home. */
export function replyLost(m: Measurement): Verdict {
  const stage = 'reply_reached_a';
  const rule = provenRuleFault(m, 'b');
  if (rule) return verdict(`B_${rule}`, 'b', stage, 'The rule or its table, set right, cured the probe.');
  const [came, left] = [interfaceOf(m.stages.requestReachedB), interfaceOf(m.stages.replyLeftB)];
  const cured = m.fixes.some((fix) => fix.proved && fix.fix.steps.every((step) => step.on === 'b'));
  if (came === left || !cured) {
    return verdict('NETWORK_DROPS_REPLY', null, stage, `The reply left B by ${left} and did not arrive.`);
  }
  const why = `The request came in by ${came}, the reply left by ${left} and was dropped on the way`;
  if (filtered(m, 'router')) {
    return verdict(
      'NETWORK_DROPS_REPLY_URPF',
      'b',
      stage,
      `${why}: the router's reverse-path filter counted it.`,
    );
  }
  const wall = m.stages.network.firewall;
  if (wall?.reply_in?.seen && !wall.reply_out?.seen) {
    return verdict('NETWORK_DROPS_REPLY_STATEFUL', 'b', stage, `${why} by the stateful firewall.`);
  }
  return verdict('NETWORK_DROPS_REPLY_ACL', 'b', stage, `${why}.`);
}
