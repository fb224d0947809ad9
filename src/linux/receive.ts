import type { RouteDecision } from './decision.ts';
import type { Crossing, Stop } from './firewall/crossing.ts';
import { noteMissing } from './firewall/crossing.ts';
import { walkDeviceHook } from './firewall/device-hook.ts';
import { putTogether, walkHook } from './firewall/walk-hook.ts';
import type { InputFlow } from './flow.ts';
import { flowOf } from './flow.ts';
import { lookupInput } from './lookup-input.ts';
import { markMatters } from './mark-rules.ts';
import { devicesUp } from './network-device.ts';
import type { Arrives, Passage } from './passage.ts';
import { passageBy, passageOf } from './passage-run.ts';
import { hostSetting } from './sysctl.ts';

/**
 * What the host does with a packet that comes in by a device: ingress, prerouting, the lookup with its reverse-path filter, then
 * input, or forward and postrouting (ip_rcv, ip_local_deliver, ip_forward). A capture sees the packet before all that, at the
 * port of a bridge as well as at the bridge.
 */
export function receive({ state, device, packet, connection }: Arrives): Passage {
  return passageBy({ state, packet, connection, mark: 0 }, (crossing) => {
    const devices = devicesUp(state, device);
    const stop =
      enter(crossing, devices) ??
      walkHook(crossing, 'prerouting') ??
      route(crossing, devices[devices.length - 1]);
    if (stop) return passageOf(crossing, stop);
    return isForUs(crossing.decision) ? deliver(crossing) : forward(crossing);
  });
}

/** Every device on the way up has its own chains. */
function enter(crossing: Crossing, devices: readonly string[]): Stop | null {
  for (const device of devices) {
    crossing.inputDevice = device;
    const stop = walkDeviceHook(crossing, 'ingress', device);
    if (stop) return stop;
  }
  return null;
}

/** What is for the host is put together before it comes to its input chains (ip_local_deliver). */
function deliver(crossing: Crossing): Passage {
  putTogether(crossing);
  return passageOf(crossing, walkHook(crossing, 'input') ?? { kind: 'passes' });
}

function forward(crossing: Crossing): Passage {
  crossing.outputDevice = crossing.decision?.kind === 'route' ? crossing.decision.device : null;
  const stop = mayNotForward(crossing) ?? walkHook(crossing, 'forward');
  if (stop) return passageOf(crossing, stop);
  crossing.inputDevice = null;
  const kept = walkHook(crossing, 'postrouting') ?? walkDeviceHook(crossing, 'egress', crossing.outputDevice);
  return passageOf(crossing, kept ?? { kind: 'forwards' });
}

function isForUs(decision: RouteDecision | null): boolean {
  return decision?.kind === 'route' && decision.type !== 'unicast';
}

/** Null: a route was found. */
function route(crossing: Crossing, device: string): Stop | null {
  const decision = lookupInput(crossing.state, flowIn(crossing, device));
  crossing.decision = decision;
  if (crossing.markUnknown && markMatters(crossing.state)) return { kind: 'cannot-tell' };
  if (decision.kind === 'route') return null;
  if (decision.kind === 'cannot-tell') {
    for (const one of decision.missing) noteMissing(crossing, one);
    return { kind: 'cannot-tell' };
  }
  if (decision.kind === 'no-route' && decision.filter && decision.filter.kind !== 'cannot-tell')
    return { kind: 'reverse-path', verdict: { ...decision.filter, kind: decision.filter.kind } };
  return { kind: 'no-way' };
}

function flowIn({ packet, mark }: Crossing, device: string): InputFlow {
  const { source, tos, protocol, sourcePort, destinationPort } = packet;
  const flow = flowOf(packet.destination, { source, tos, protocol, sourcePort, destinationPort, mark });
  return { ...flow, inputDevice: device };
}

/** ip6_forward; in IPv4 the lookup itself says so. */
function mayNotForward({ state, packet, missing }: Crossing): Stop | null {
  if (packet.source.family === 4) return null;
  const forwarding = hostSetting(state, 'net.ipv6.conf.all.forwarding', 0);
  if (forwarding.value) return null;
  missing.push(...forwarding.missing);
  return { kind: forwarding.missing.length > 0 ? 'cannot-tell' : 'no-way' };
}
