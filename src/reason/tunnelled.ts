import { formatIp, isUnspecified, sameIp } from '../addr/ip.ts';
import { flowOf } from '../linux/flow.ts';
import type { HostState, Link } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import { asksNeighbours } from '../linux/neighbour-question.ts';
import type { Cause } from './cause.ts';
import { atMost } from './draft.ts';
import { outDevice } from './quote.ts';
import { routingFault } from './routing-fault.ts';
import { isInner } from './trip/link.ts';

/** Kinds of links that send packets inside others (ip-link(8)). */
const TUNNELS = new Set([
  'vxlan',
  'geneve',
  'gre',
  'gretap',
  'erspan',
  'ipip',
  'sit',
  'ip6tnl',
  'ip6gre',
  'ip6gretap',
  'vti',
  'vti6',
  'xfrm',
  'wireguard',
  'tun',
  'gtp',
  'fou',
]);

/**
 * A packet that left by a tunnel and was lost: it went inside another, whose way the host's own tables chose. Where they send
 * that by another interface than the one that bears its source, that is the fault; else the network is less surely to blame.
 */
export function tunnelled(state: HostState, device: string, lost: Cause): Cause {
  const link = state.links.find((one) => one.name === device);
  if (!link || !(link.tunnel || (link.linkKind !== null && TUNNELS.has(link.linkKind)))) return lost;
  return outerFault(state, link) ?? inside(state, link, lost);
}

function outerFault(state: HostState, { name, tunnel }: Link): Cause | null {
  if (!tunnel?.local || !tunnel.remote) return null;
  const flow = flowOf(tunnel.remote, { source: tunnel.local });
  const decision = lookupOutput(state, flow);
  const wanted = state.addresses.find((one) => sameIp(one.prefix.address, tunnel.local))?.device;
  const way = outDevice(decision);
  // An address on a loopback or dummy device is no matter of interfaces.
  if (!wanted || !way || way === wanted || asksNeighbours(state, wanted) !== true || isInner(state, wanted))
    return null;
  const subject = `the packets of the tunnel ${name}`;
  const fault = atMost(routingFault({ state, flow, decision, wanted, subject }), 'likely');
  const note = `${name} sends packets inside others, from ${formatIp(tunnel.local)} to ${formatIp(tunnel.remote)}; those leave by ${way}, and a filter behind it is free to drop them`;
  return { ...fault, notes: [note, ...fault.notes] };
}

function inside(state: HostState, { name, linkKind, tunnel, span }: Link, lost: Cause): Cause {
  const remote = tunnel?.remote && !isUnspecified(tunnel.remote) ? tunnel.remote : null;
  const way = remote
    ? outDevice(lookupOutput(state, flowOf(remote, { source: tunnel?.local ?? null })))
    : null;
  const to = remote ? `, to ${formatIp(remote)}${way ? ` by ${way}` : ''}` : '';
  return {
    ...atMost(lost, 'likely'),
    sources: [...lost.sources, { span, mark: 'context', label: 'a tunnel', where: null }],
    notes: [
      ...lost.notes,
      `${name} is a tunnel${linkKind ? ` (${linkKind})` : ''}: what is sent by it leaves inside other packets${to}; look what becomes of those`,
    ],
  };
}
