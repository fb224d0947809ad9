import { formatIp, type Ip } from '../addr/ip.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';

/** An address that a host bears on an inner device, and of which arp_ignore lets it tell nobody on the link. */
export interface Hidden {
  readonly state: HostState;
  readonly address: Ip;
  /** Where it was asked for. */
  readonly device: string;
  readonly bearer: string;
  /** Of arp_ignore. */
  readonly mode: number;
  readonly sources: readonly CauseSource[];
}

/**
 * The real servers behind a load balancer are set up like this (direct server return): the fault is that nobody else answers
 * for the address, and to make them answer would break the cluster.
 */
export function realServer({ state, address, device, bearer, mode, sources }: Hidden): Cause {
  const ip = formatIp(address);
  return causeOf({
    kind: 'next-hop-unresolved',
    host: null,
    confidence: 'likely',
    sentence: `nobody answers ARP requests for ${ip} on the link of ${device} of ${state.name}, which bears ${ip} on ${bearer} and keeps silent by arp_ignore ${mode}`,
    sources,
    notes: [
      `the real servers behind a load balancer are set up like this on purpose (direct server return): then whoever is to answer for ${ip}, the load balancer, is down, lacks the address or is not on that link`,
      `if ${state.name} is meant to answer itself, its arp_ignore is in the way`,
    ],
  });
}
