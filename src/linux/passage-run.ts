import { formatIp } from '../addr/ip.ts';
import type { Missing } from './decision.ts';
import { connectionOf } from './firewall/connection.ts';
import type { Crossing, Stop } from './firewall/crossing.ts';
import { type Doubts, missingBy, walkAllWays } from './firewall/doubts.ts';
import { NO_FIREWALL } from './firewall/firewall.ts';
import { tracksConnections } from './firewall/tracking-asked.ts';
import type { HostState } from './host-state.ts';
import type { Packet } from './packet.ts';
import type { Connection, Dropped, Passage, PassageOutcome, Rejected } from './passage.ts';

/** What a crossing starts with. */
export interface Start {
  readonly state: HostState;
  readonly packet: Packet;
  readonly connection: Connection | null;
  readonly mark: number;
}

/** Lets a packet cross the host every way that doubtful rules leave open, and tells what all ways have in common. */
export function passageBy(start: Start, cross: (crossing: Crossing) => Passage): Passage {
  const { result, doubt, other } = walkAllWays((doubts) => cross(crossingOf(start, doubts)), signatureOf);
  if (!doubt) return result;
  const perhaps = endOf(result) ?? (other ? endOf(other) : undefined);
  const outcome = { kind: 'cannot-tell', ...(perhaps && { perhaps }) } as const;
  return { ...result, outcome, missing: [...result.missing, missingBy(doubt)] };
}

function endOf({ outcome }: Passage): Dropped | Rejected | undefined {
  return outcome.kind === 'dropped' || outcome.kind === 'rejected' ? outcome : undefined;
}

function crossingOf({ state, packet, connection, mark }: Start, doubts: Doubts): Crossing {
  return {
    state,
    firewall: state.firewall ?? NO_FIREWALL,
    doubts,
    known: connection,
    hook: 'prerouting',
    inputDevice: null,
    outputDevice: null,
    packet,
    mark,
    markUnknown: false,
    connection: null,
    decision: null,
    changes: [],
    accepts: [],
    missing: missingDumps(state, packet),
    reroute: null,
  };
}

/** Null where a dump that covers the packet's family was given. */
function missingDumps({ given }: HostState, { source: { family } }: Packet): Missing[] {
  if (given.has('nft') || given.has(`iptables${family}`)) return [];
  return [{ kind: 'firewall', what: 'nft list ruleset' }];
}

/** Closes the account of a crossing. */
export function passageOf(
  crossing: Crossing,
  outcome: PassageOutcome | Stop,
  before: Passage['before'] = null,
): Passage {
  const { packet, mark, decision, changes, accepts, missing } = crossing;
  const connection = trackedIn(crossing);
  return { outcome, packet, mark, connection, decision, before, changes, accepts, missing };
}

/** An untracked packet is told of as such even where nothing else is tracked. */
function trackedIn({ connection, firewall, packet }: Crossing): Connection | null {
  if (connection) return connection;
  return tracksConnections(firewall, packet.source.family) ? connectionOf('invalid', packet) : null;
}

/** Two ways with the same signature are the same to whoever asks. */
function signatureOf({ outcome, packet, mark, connection, decision }: Passage): string {
  const { source, destination, sourcePort, destinationPort, tos } = packet;
  return [
    outcome.kind,
    formatIp(source),
    sourcePort,
    formatIp(destination),
    destinationPort,
    tos,
    mark,
    connection?.mark,
    connection?.state,
    decision?.kind === 'route' ? `${decision.device} ${decision.gateway && formatIp(decision.gateway)}` : '',
  ].join('|');
}
