import { policyOf, ruleFault } from './change.ts';
import type { Measurement } from './measure.ts';
import type { Node, Probe } from './scenario.ts';
import type { Event, Stage } from './stage.ts';

/** The kernel's verdict: what kept the probe from succeeding. */
export interface Verdict {
  /** Code of the truth files, e.g. `B_RPF_STRICT_DROPS_REQUEST`. */
  readonly code: string;
  readonly host: 'a' | 'b' | null;
  /** The first stage at which the packet was missing; null when nothing is wrong. */
  readonly stage:
    | 'request_left_a'
    | 'request_reached_b'
    | 'reply_left_b'
    | 'reply_reached_a'
    | 'accepted_by_a'
    | null;
  readonly explanation: string;
}

/** Derives the verdict from captures, counters, the kernel's own lookups and the changes that helped. */
export function verdictOf(m: Measurement, probe: Probe): Verdict {
  const { requestLeftA, requestReachedB, replyLeftB, replyReachedA } = m.stages;
  if (m.probe.succeeded) return healthy(m);
  if (!requestLeftA.seen) return requestNeverLeft(m, probe);
  if (!requestReachedB.seen) return requestLost(m);
  if (!replyLeftB.seen) return replyNeverLeft(m, probe);
  if (refused(replyLeftB)) return refusedBy(m);
  if (!replyLeftB.src!.every((address) => address === probe.to)) return wrongSource(m, probe);
  if (!replyReachedA.seen) return replyLost(m);
  return notAccepted(m);
}

function healthy({ stages }: Measurement): Verdict {
  const same = (one: Stage, other: Stage) => interfaceOf(one) === interfaceOf(other);
  const symmetric =
    same(stages.requestLeftA, stages.replyReachedA) && same(stages.requestReachedB, stages.replyLeftB);
  const code = symmetric ? 'HEALTHY' : 'HEALTHY_ASYMMETRIC';
  return verdict(code, null, null, 'The probe succeeded.');
}

function requestNeverLeft(m: Measurement, probe: Probe): Verdict {
  const silent = unanswered(m, 'a');
  if (silent?.target === probe.to) {
    const why = `A asked for ${probe.to} itself on ${silent.iface}, as if it were on the link; nobody answered.`;
    return verdict('A_BOUND_IFACE_NO_ROUTE_ARP_ONLINK', 'a', 'request_left_a', why);
  }
  if (silent) {
    return verdict('A_GATEWAY_UNRESOLVED', 'a', 'request_left_a', `${silent.target} did not answer A.`);
  }
  return unexplained('request_left_a');
}

/** RFC 792 and RFC 4443: what the error that came back says. */
function requestLost(m: Measurement): Verdict {
  const error = m.stages.events.find(
    (event) =>
      event.event === 'icmp_error' && event.node === 'a' && event.dir === 'in' && event.iface !== 'lo',
  );
  const stage = 'request_reached_b';
  if (error?.event === 'icmp_error') {
    const why = `${error.src} answered with ICMP type ${error.type} code ${error.code}.`;
    return verdict(codeOfError(error), null, stage, why);
  }
  const routing = m.fixes.some((fix) => fix.proved && fix.fix.steps.every((step) => step.on === 'a'));
  const why = 'The request left A and reached B on no interface; no error came back.';
  return verdict('NETWORK_DROPS_REQUEST', routing ? 'a' : null, stage, why);
}

function codeOfError({ type, code, six }: Extract<Event, { event: 'icmp_error' }>): string {
  if (type === (six ? 3 : 11)) return 'NETWORK_TTL_EXCEEDED';
  if (code === 0) return 'NETWORK_UNREACHABLE_FROM_ROUTER';
  if (code === (six ? 3 : 1)) return 'NETWORK_HOST_UNREACHABLE';
  return 'NETWORK_REJECTS_REQUEST';
}

/** What `ip route get` says of the reply on B (fib_props in net/ipv4/fib_semantics.c), as a code. */
const REFUSALS: Readonly<Record<string, string>> = {
  'Invalid argument': 'B_BLACKHOLE_ROUTE',
  'No route to host': 'B_UNREACHABLE_ROUTE',
  'Permission denied': 'B_PROHIBIT_ROUTE',
  'Network is unreachable': 'B_NO_ROUTE_FOR_REPLY',
};

function replyNeverLeft(m: Measurement, probe: Probe): Verdict {
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

function refused(reply: Stage): boolean {
  return Object.keys(reply.flags ?? {}).some((flags) => flags.includes('R'));
}

function refusedBy(m: Measurement): Verdict {
  const listening = m.states.b.get('ss-ltn.txt')!;
  const stage = 'accepted_by_a';
  if (dropped(m, 'b', 'NETFILTER_DROP'))
    return verdict('B_FIREWALL_REJECTS', 'b', stage, 'The firewall answered RST.');
  const code = /LISTEN/.test(listening) ? 'B_LISTENER_OTHER_ADDRESS' : 'B_PORT_CLOSED';
  return verdict(code, 'b', stage, 'B answered the SYN with RST.');
}

function wrongSource(m: Measurement, probe: Probe): Verdict {
  const stage = m.stages.replyReachedA.seen ? 'accepted_by_a' : 'reply_reached_a';
  const why = `The reply bears ${m.stages.replyLeftB.src!.join(', ')}; ${probe.to} was asked.`;
  return verdict('B_REPLY_WRONG_SOURCE', 'b', stage, why);
}

/** A reply sent by another card is B's fault only if changing B alone brought it home. */
function replyLost(m: Measurement): Verdict {
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

function notAccepted(m: Measurement): Verdict {
  const stage = 'accepted_by_a';
  if (filtered(m, 'a')) {
    const mode = rpFilterMode(m, 'a', interfaceOf(m.stages.replyReachedA)!);
    return verdict(`A_RPF_${mode}_DROPS_REPLY`, 'a', stage, "A's reverse-path filter counted the reply.");
  }
  if (dropped(m, 'a', 'NETFILTER_DROP')) {
    return verdict('A_FIREWALL_DROPS_REPLY', 'a', stage, "A's own firewall dropped the reply.");
  }
  return unexplained(stage);
}

/** The rule fault named by the first change of this server that cured the probe. */
function provenRuleFault(m: Measurement, node: 'a' | 'b'): string | null {
  const before = policyOf(m.states[node]);
  const proved = m.fixes.filter((fix) => fix.proved);
  return proved.map((fix) => ruleFault(before, fix.changes[node])).find((code) => code !== null) ?? null;
}

/** The node's kernel counted packets that failed its reverse-path filter. */
function filtered(m: Measurement, node: Node): boolean {
  return (m.counters.get(node)?.TcpExtIPReversePathFilter ?? 0) > 0;
}

/** The greater of `all` and the interface decides (IN_DEV_RPFILTER in linux/inetdevice.h). */
function rpFilterMode(m: Measurement, node: 'a' | 'b', name: string): 'STRICT' | 'LOOSE' {
  const settings = m.states[node].get('sysctl.txt')!;
  const value = (of: string) => Number(settings.split(`conf.${of}.rp_filter = `)[1]?.[0] ?? 0);
  return Math.max(value('all'), value(name)) === 2 ? 'LOOSE' : 'STRICT';
}

function dropped(m: Measurement, node: 'a' | 'b', reason: string): boolean {
  const title = m.states[node].get('hostname')!.trim();
  return Object.keys(m.drops?.[title] ?? {}).some((key) => key.startsWith(reason));
}

function unanswered(m: Measurement, node: Node) {
  const silent = m.stages.events.find(
    (event) => event.event === 'neighbour_unanswered' && event.node === node,
  );
  return silent?.event === 'neighbour_unanswered' ? silent : null;
}

/** The interface most packets of a stage were seen on. */
export function interfaceOf(stage: Stage): string | undefined {
  return Object.entries(stage.ifaces ?? {}).sort((one, other) => other[1] - one[1])[0]?.[0];
}

function verdict(code: string, host: Verdict['host'], stage: Verdict['stage'], explanation: string): Verdict {
  return { code, host, stage, explanation };
}

function unexplained(stage: Verdict['stage']): Verdict {
  return verdict('UNEXPLAINED', null, stage, 'The measurements do not say why.');
}
