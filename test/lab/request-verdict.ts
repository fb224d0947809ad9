import { curedBy, firewallAct, provenFault, silentToArp } from './cure.ts';
import {
  dropped,
  type IcmpError,
  icmpErrors,
  rose,
  unanswered,
  unexplained,
  type Verdict,
  verdict,
} from './evidence.ts';
import { isServer } from './lab.ts';
import type { Measurement } from './measure.ts';
import type { Node, Probe } from './scenario.ts';

/** What `ip route get` says (fib_props in net/ipv4/fib_semantics.c), as the end of a code. */
export const REFUSALS: Readonly<Record<string, string>> = {
  'Invalid argument': 'BLACKHOLE_ROUTE',
  'No route to host': 'UNREACHABLE_ROUTE',
  'Permission denied': 'PROHIBIT_ROUTE',
};

const CURED = 'What was set right there cured the probe.';

/** No request left A: its own firewall, rules, routes or neighbours. */
export function requestNeverLeft(m: Measurement, probe: Probe): Verdict {
  const stage = 'request_left_a';
  const act = firewallAct(m, 'a');
  if (act) return verdict(`A_FIREWALL_${actOn(act, 'REQUEST')}`, 'a', stage, CURED);
  const silent = unanswered(m, 'a');
  if (silent?.target === probe.to) return askedOnLink(m, probe, silent.iface);
  const fault = provenFault(m, 'a');
  if (fault) return verdict(`A_${fault}`, 'a', stage, CURED);
  if (silent) return verdict('A_GATEWAY_UNRESOLVED', 'a', stage, `${silent.target} did not answer A.`);
  const [forward, device] = m.lookups.all;
  const refusal = REFUSALS[forward?.error ?? ''];
  if (refusal) return verdict(`A_${refusal}`, 'a', stage, `\`${forward!.query}\`: ${forward!.error}.`);
  if (device?.node === 'a' && device.error) {
    return verdict('A_NO_ROUTE_ON_BOUND_IFACE', 'a', stage, `\`${device.query}\`: ${device.error}.`);
  }
  if (forward?.error) {
    return verdict('A_NO_ROUTE', 'a', stage, `\`${forward.query}\`: ${forward.error}.`);
  }
  return unexplained(stage);
}

/** A took B for a neighbour: a prefix of its own covers B, or the socket is bound and no route leads out. */
function askedOnLink(m: Measurement, probe: Probe, name: string): Verdict {
  const why = `A asked for ${probe.to} itself on ${name}, as if it were on the link; nobody answered.`;
  const covered = m.states.a
    .get('ip-route.txt')!
    .split('\n')
    .some((line) => line.includes('scope link') && line.startsWith(`${m.lookups.decidedBy.request} `));
  const code = covered ? 'A_NETMASK_ONLINK' : 'A_BOUND_IFACE_NO_ROUTE_ARP_ONLINK';
  return verdict(code, 'a', 'request_left_a', why);
}

/** The request left A and did not reach B. */
export function requestLost(m: Measurement): Verdict {
  const stage = 'request_reached_b';
  if (tooLarge(m)) return pathMtu(stage);
  const fault = provenFault(m, 'a');
  if (fault) return verdict(`A_${fault}`, 'a', stage, CURED);
  const silence = silentToArp(m, 'b');
  if (silence) return verdict(`B_${silence}`, 'b', stage, CURED);
  const [error] = icmpErrors(m, 'a', 'in');
  if (error) {
    const why = `${error.src} answered with ICMP type ${error.type} code ${error.code}.`;
    return verdict(codeOfError(error), null, stage, why);
  }
  if (m.stages.replyReachedA.seen) {
    const why = 'A got an answer in the name of B, which never saw the request.';
    return verdict('NETWORK_REJECTS_REQUEST', null, stage, why);
  }
  const why = 'The request left A and reached B on no interface; no error came back.';

  return verdict('NETWORK_DROPS_REQUEST', curedBy(m, 'a') ? 'a' : null, stage, why);
}

/** A machine between the servers found a packet too large that it may not break up. */
export function tooLarge(m: Measurement): boolean {
  const between = [...m.counters.keys()].filter((node) => !isServer(node));
  const counted = (node: Node) => rose(m, node, 'IpFragFails') > 0 || rose(m, node, 'Ip6FragFails') > 0;
  return between.some(counted) || dropped(m, 'router', 'PKT_TOO_BIG');
}

export function pathMtu(stage: Verdict['stage']): Verdict {
  const why = 'The router counted packets that were too large for the next link and must not be broken up.';
  return verdict('NETWORK_PMTU_BLACKHOLE', null, stage, why);
}

/** `RPF_DROPS` of a request: `RPF_DROPS_REQUEST`; a rejection bears no packet's name. */
export function actOn(act: string, packet: 'REQUEST' | 'REPLY'): string {
  return act === 'REJECTS' ? act : `${act}_${packet}`;
}

/** RFC 792 and RFC 4443: what the error that came back says. */
function codeOfError({ type, code, six }: IcmpError): string {
  if (type === (six ? 3 : 11)) return 'NETWORK_TTL_EXCEEDED';
  if (code === 0) return 'NETWORK_UNREACHABLE_FROM_ROUTER';
  if (code === (six ? 3 : 1)) return 'NETWORK_HOST_UNREACHABLE';
  return 'NETWORK_REJECTS_REQUEST';
}
