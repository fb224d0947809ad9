import type { HostState } from '../linux/host-state.ts';
import type { CauseSource } from './cause.ts';
import { counterSource, riseOf } from './counter-rise.ts';

/** Counters of packets that a host took off the wire and lost, and what they count. */
const LOSSES: Readonly<Record<string, string>> = {
  TcpExtIPReversePathFilter: 'dropped by the reverse-path filter',
  TcpExtListenOverflows: 'connections refused a place in a full accept queue',
  TcpExtListenDrops: 'SYNs dropped by a listener',
  IpOutNoRoutes: 'packets of its own for which no route was found',
  IpInAddrErrors: 'packets in for addresses that are not its own',
  IpExtInNoRoutes: 'packets in for which no route was found',
  UdpRcvbufErrors: 'datagrams lost to a full receive buffer',
  TcpExtTCPReqQFullDrop: 'SYNs dropped by a full SYN queue',
};

/** What rose between the two readings: it does not name the packet, and narrows the question down. */
export function lossCounters({ counters }: HostState): { sources: CauseSource[]; notes: string[] } {
  const risen = Object.keys(LOSSES).flatMap((name) => {
    const counter = counters.get(name);
    return counter?.before && riseOf(counter) > 0 ? [{ name, counter }] : [];
  });
  return {
    sources: risen.map(({ counter }) => counterSource(counter)),
    notes: risen.map(({ name, counter }) => `${name} rose by ${riseOf(counter)} meanwhile: ${LOSSES[name]}`),
  };
}
