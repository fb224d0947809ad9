import type { RouteDecision } from './decision.ts';
import { type Crossing, noteMissing, type Stop } from './firewall/crossing.ts';
import { walkDeviceHook } from './firewall/device-hook.ts';
import { walkHook } from './firewall/walk-hook.ts';
import { type Flow, flowOf } from './flow.ts';
import { lookupOutput } from './lookup-output.ts';
import { markMatters } from './mark-rules.ts';
import type { Leaves, Passage } from './passage.ts';
import { passageBy, passageOf } from './passage-run.ts';

/**
 * What the host does with a packet that it makes itself: the lookup, output, perhaps a second lookup, postrouting,
 * egress (ip_local_out, ip_output, __dev_queue_xmit). A capture sees the packet after all that.
 */
export function send(leaves: Leaves): Passage {
  return passageBy(leaves, (crossing) => cross(crossing, leaves));
}

function cross(crossing: Crossing, leaves: Leaves): Passage {
  const first = lookupOutput(
    leaves.state,
    flowOut(crossing, { ...leaves, device: leaves.device ?? leaves.hop ?? null }),
  );
  const lost = take(crossing, first);
  if (lost) return passageOf(crossing, lost);
  if (!leaves.sourceChosen && first.kind === 'route' && first.source)
    crossing.packet = { ...crossing.packet, source: first.source };
  crossing.reroute = () => reroute(crossing, leaves);
  // Chains of this hook go on seeing the first device, even after a second lookup (nf_hook in __ip_local_out).
  const stop = walkHook(crossing, 'output');
  const before = crossing.decision === first ? null : first;
  if (stop) return passageOf(crossing, stop, before);
  crossing.reroute = null;
  crossing.outputDevice = deviceOf(crossing.decision);
  const kept = walkHook(crossing, 'postrouting') ?? walkDeviceHook(crossing, 'egress', crossing.outputDevice);
  return passageOf(crossing, kept ?? { kind: 'passes' }, before);
}

/** Notes what a lookup came to; what keeps the packet from leaving, if it is that. */
function take(crossing: Crossing, decision: RouteDecision): Stop | null {
  crossing.decision = decision;
  crossing.outputDevice ??= deviceOf(decision);
  if (decision.kind === 'route') return null;
  if (decision.kind !== 'cannot-tell') return { kind: 'no-way' };
  for (const one of decision.missing) noteMissing(crossing, one);
  return { kind: 'cannot-tell' };
}

function deviceOf(decision: RouteDecision | null): string | null {
  return decision?.kind === 'route' ? decision.device : null;
}

function flowOut({ packet, mark }: Crossing, leaves: Leaves): Flow {
  const { source, tos, protocol, sourcePort, destinationPort } = packet;
  return flowOf(packet.destination, {
    source: leaves.sourceChosen ? source : null,
    outputDevice: leaves.device,
    socketBound: leaves.deviceBinds,
    mark,
    tos,
    protocol,
    sourcePort,
    destinationPort,
  });
}

/**
 * ip_route_me_harder: source and mark as they are now, whoever the source belongs to; the device only where a socket is
 * bound to it.
 */
function reroute(crossing: Crossing, leaves: Leaves): Stop | null {
  if (crossing.markUnknown && markMatters(crossing.state)) return { kind: 'cannot-tell' };
  const bound = leaves.deviceBinds || crossing.packet.source.family === 4 ? leaves.device : null;
  const flow = flowOut(crossing, { ...leaves, sourceChosen: true, device: bound });
  return take(crossing, lookupOutput(crossing.state, { ...flow, anySource: true }));
}
