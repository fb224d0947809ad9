import {
  dropped,
  filtered,
  interfaceOf,
  rpFilterMode,
  unanswered,
  unexplained,
  type Verdict,
  verdict,
} from './evidence.ts';
import type { Measurement } from './measure.ts';
import { replyLost, replyNeverLeft } from './reply-verdict.ts';
import type { Probe } from './scenario.ts';
import type { Event, Stage } from './stage.ts';

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
