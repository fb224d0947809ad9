import { formatIp, sameIp } from '../addr/ip.ts';
import type { HostState, Listener } from '../linux/host-state.ts';
import type { Cause, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import type { Request } from './request.ts';

/** Sockets that could take the request, by port. */
function onPort(state: HostState, request: Request): Listener[] {
  return state.listeners.filter(
    (one) =>
      one.protocol === request.protocol &&
      one.port === request.destinationPort &&
      one.families.includes(request.destination.family),
  );
}

/** A socket bound to a device (SO_BINDTODEVICE, `0.0.0.0%eth0:53`) is not given what comes in by another. */
function takes({ address, device }: Listener, { destination, inputDevice }: Request): boolean {
  const here = device === null || inputDevice === null || device === inputDevice;
  return here && (address === null || sameIp(address, destination));
}

/** Whether somebody listens where the request went: null where no `ss` output tells. */
export function listens(state: HostState, request: Request): boolean | null {
  if (!isListed(state, request.protocol === 'udp' ? 'udp-sockets' : 'tcp-sockets')) return null;
  return onPort(state, request).some((one) => takes(one, request));
}

/** An empty listing does not show whose sockets it would have listed. */
function isListed({ given }: HostState, wanted: 'udp-sockets' | 'tcp-sockets'): boolean {
  const unknown = given.has('sockets') && !given.has('udp-sockets') && !given.has('tcp-sockets');
  return given.has(wanted) || unknown;
}

/** The socket that gets the request; one bound to its very address comes before one bound to any, then one bound to the device (compute_score). */
export function listenerOf(state: HostState, request: Request): Listener | undefined {
  const taking = onPort(state, request).filter((one) => takes(one, request));
  const atAddress = taking.filter((one) => one.address !== null);
  const best = atAddress.length > 0 ? atAddress : taking;
  return best.find((one) => one.device !== null) ?? best[0];
}

/** A full accept queue: the SYN is seen and dropped without a word, as if a filter had done it. */
export function socketCause(state: HostState, request: Request): Cause | null {
  if (request.protocol !== 'tcp') return null;
  const listener = onPort(state, request).find((one) => takes(one, request));
  if (!listener || listener.receiveQueue <= listener.sendQueue) return null;
  return causeOf({
    kind: 'listen-queue-full',
    host: state.name,
    sentence: `the accept queue of ${state.name}'s listener on port ${request.destinationPort} is full (${listener.receiveQueue} of ${listener.sendQueue})`,
    sources: [listenerSource(listener, 'Recv-Q is above Send-Q')],
    notes: ['it looks like a filter, but ping works; `nstat -az TcpExtListenOverflows` counts the drops'],
  });
}

/** A socket on the port that is bound to another address than the one asked, or to another interface. */
export function boundElsewhere(state: HostState, request: Request): Cause | null {
  const [other] = onPort(state, request);
  if (!other) return null;
  const { address, device } = other;
  const asked = request.destination;
  if (!device && !address) return null;
  const [bound, missed] =
    address && !sameIp(address, asked)
      ? [`at ${formatIp(address)}`, `at ${formatIp(asked)}`]
      : [`on ${device}`, `on ${request.inputDevice}`];
  return causeOf({
    kind: 'listener-on-other-address',
    host: state.name,
    sentence: `${state.name} listens on port ${request.destinationPort} only ${bound}, not ${missed}`,
    sources: [listenerSource(other, `bound ${bound}`)],
  });
}

export function listenerSource(listener: Listener, label: string): CauseSource {
  return { span: listener.span, mark: 'decides', label, where: null };
}
