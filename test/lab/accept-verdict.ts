import { curedBy, firewallAct } from './cure.ts';
import {
  bearerOf,
  dropped,
  filtered,
  interfaceOf,
  rpFilterMode,
  unexplained,
  type Verdict,
  verdict,
} from './evidence.ts';
import type { Measurement } from './measure.ts';
import { elsewhere } from './reply-verdict.ts';
import { actOn, pathMtu, tooLarge } from './request-verdict.ts';
import type { Probe } from './scenario.ts';

const stage = 'accepted_by_a';

/** B answered the SYN with a reset. */
export function refusedBy(m: Measurement, probe: Probe): Verdict {
  if (dropped(m, 'b', 'NETFILTER_DROP') || firewallAct(m, 'b') === 'REJECTS') {
    return verdict('B_FIREWALL_REJECTS', 'b', stage, 'The firewall answered RST.');
  }
  const port = probe.kind === 'ping' ? 0 : probe.port;
  const code = elsewhere(m, port) ? 'B_LISTENER_OTHER_ADDRESS' : 'B_PORT_CLOSED';
  return verdict(code, 'b', stage, 'B answered the SYN with RST.');
}

/** B answered from another address than the one it was asked on. */
export function wrongSource(m: Measurement): Verdict {
  const at = m.stages.replyReachedA.seen ? stage : 'reply_reached_a';
  const [asked, answered] = [m.stages.requestReachedB.dst, m.stages.replyLeftB.src];
  const why = `The reply bears ${answered!.join(', ')}; ${asked!.join(', ')} was asked.`;
  return verdict('B_REPLY_WRONG_SOURCE', 'b', at, why);
}

/** The reply reached A, and the application did not get it. */
export function notAccepted(m: Measurement, probe: Probe): Verdict {
  const { replyReachedA, network } = m.stages;
  if (!replyReachedA.src!.every((address) => address === probe.to)) {
    const box = network.natbox;
    if (!box?.request_in?.seen || box.reply_in?.seen) return unexplained(stage);
    const why = `A asked ${probe.to}; the reply from ${replyReachedA.src} did not pass the translating box.`;
    return verdict('B_REPLY_BYPASSES_NAT', 'b', 'reply_reached_a', why);
  }
  return refusedByOwnKernel(m) ?? stalled(m) ?? unexplained(stage);
}

function refusedByOwnKernel(m: Measurement): Verdict | null {
  const { replyReachedA } = m.stages;
  const arrived = interfaceOf(replyReachedA)!;
  const act = firewallAct(m, 'a');
  if (act)
    return verdict(`A_FIREWALL_${actOn(act, 'REPLY')}`, 'a', stage, 'What was set right on A cured it.');
  if (filtered(m, 'a')) {
    const mode = rpFilterMode(m, 'a', arrived);
    return verdict(`A_RPF_${mode}_DROPS_REPLY`, 'a', stage, "A's reverse-path filter counted the reply.");
  }
  if (dropped(m, 'a', 'NETFILTER_DROP')) {
    return verdict('A_FIREWALL_DROPS_REPLY', 'a', stage, "A's own firewall dropped the reply.");
  }
  const own = bearerOf(m, 'a', replyReachedA.dst![0]!);
  const sameLink = Object.keys(m.stages.network.router?.reply_out?.ifaces ?? {}).includes('lan');
  return own !== arrived && sameLink
    ? verdict('A_ARP_FLUX', 'a', stage, `The reply to the address of ${own} was sent to ${arrived}.`)
    : null;
}

/** The connection opened and then stood still. */
function stalled(m: Measurement): Verdict | null {
  const { dataLeftA, dataReachedB } = m.stages;
  if (tooLarge(m)) return pathMtu(stage);
  if (!dataLeftA.seen || dataReachedB.seen) return null;
  const why = 'A took the SYN-ACK; nothing of what it sent then reached B.';
  return verdict('NETWORK_DROPS_ACK_STATEFUL', curedBy(m, 'b') ? 'b' : null, stage, why);
}
