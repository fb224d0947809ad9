import { formatIp, sameIp } from '../addr/ip.ts';
import { contains, formatPrefix, networkOf } from '../addr/prefix.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { flowOf } from '../linux/flow.ts';
import { type HostState, TABLE_LOCAL, TABLE_MAIN } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import { asksNeighbours } from '../linux/neighbour-question.ts';
import type { Cause } from './cause.ts';
import { causeOf } from './draft.ts';
import { routeSources, tableName } from './quote.ts';

/**
 * A packet for somebody on the very link it leaves by that goes to a gateway first: the table that decides lacks the route of the
 * link, as happens to tables made for a rule. The gateway may send it back, or drop what it saw no request of.
 */
export function roundabout(state: HostState, left: Sighting): Cause | null {
  const { interface: device, src, dst } = left;
  if (device === null || asksNeighbours(state, device) === false) return null;
  const link = state.addresses.find((one) => one.device === device && contains(one.prefix, dst));
  const decision = lookupOutput(state, flowOf(dst, { source: src }));
  if (!link || decision.kind !== 'route' || decision.device !== device || !decision.gateway) return null;
  const network = formatPrefix(networkOf(link.prefix));
  const table = tableName(state, decision.table);
  return causeOf({
    kind:
      decision.table !== TABLE_MAIN && decision.table !== TABLE_LOCAL
        ? 'rule-table-wrong-route'
        : 'other-route-wins',
    host: state.name,
    confidence: 'likely',
    sentence: `${state.name} sends to ${formatIp(dst)}, which is on the link of ${device}, by way of ${formatIp(decision.gateway)}: table ${table} decides, and no route of it is for ${network} itself`,
    sources: [
      ...routeSources(state, decision, dst, device),
      { span: link.span, mark: 'context', label: 'on the link', where: null },
    ],
    notes: ['the gateway may send it on, or drop what belongs to a connection that did not go through it'],
    decision,
  });
}

/**
 * The request came from one router and the reply goes to another, as the hardware addresses say: what keeps account of
 * connections there saw no request. Null where the neighbours do not tell.
 */
export function byOtherRouter(
  state: HostState,
  request: Sighting | undefined,
  reply: Sighting,
): string | null {
  if (!request?.macSource || reply.interface === null || request.interface !== reply.interface) return null;
  const decision = lookupOutput(state, flowOf(reply.dst, { source: reply.src }));
  if (decision.kind !== 'route' || !decision.gateway || decision.device !== reply.interface) return null;
  const near = state.neighbours.filter((one) => one.device === reply.interface);
  const from = near.find((one) => one.mac === request.macSource);
  const to = near.find((one) => sameIp(one.address, decision.gateway));
  if (!from || !to?.mac || to.mac === from.mac || sameIp(from.address, to.address)) return null;
  return `the request came by way of ${formatIp(from.address)}, the reply goes by way of ${formatIp(to.address)}: a stateful firewall there is free to drop it`;
}
