import { formatIp } from '../addr/ip.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Packet } from '../linux/packet.ts';
import type { Passage } from '../linux/passage.ts';
import { confKey } from '../linux/sysctl.ts';
import type { Cause, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import { noRouteCause, refusalCause } from './refusal.ts';

/** A packet for somebody else that came in and that no route or setting of the host sends on. `what`: `the request`. */
export function noWay(
  state: HostState,
  device: string,
  { source, destination }: Packet,
  { decision }: Passage,
  what: string,
): Cause {
  const subject = `packets from ${formatIp(source)}`;
  if (decision?.kind === 'refused') return refusalCause(state, decision, destination, subject);
  if (decision?.kind === 'no-route' && decision.reason !== 'not-forwarding')
    return noRouteCause(state, decision, destination, subject);
  return causeOf({
    kind: 'no-route',
    host: state.name,
    sentence: `${state.name} does not forward: ${what} for ${formatIp(destination)} came to it on ${device}, and it sends on only what is its own`,
    sources: forwardingSources(state, device, destination.family),
    decision,
  });
}

/** The interface's own setting decides; the host's sets it on all of them. */
function forwardingSources({ sysctls }: HostState, device: string, family: 4 | 6): CauseSource[] {
  const keys = [confKey(family, family === 4 ? device : 'all', 'forwarding'), 'net.ipv4.ip_forward'];
  const settings = keys.flatMap((key) => sysctls.get(key) ?? []).filter(({ value }) => Number(value) === 0);
  return settings.slice(0, family === 4 ? 2 : 1).map(
    ({ span }, index): CauseSource => ({
      span,
      mark: index === 0 ? 'decides' : 'context',
      label: index === 0 ? 'does not forward' : 'as on all interfaces',
      where: null,
    }),
  );
}
