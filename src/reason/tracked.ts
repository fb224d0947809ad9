import { sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState, TrackedConnection } from '../linux/host-state.ts';
import type { Packet } from '../linux/packet.ts';
import type { Cause, CauseSource } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { atMost } from './draft.ts';
import { requestAt, requestPacket } from './request.ts';

const ICMP = [1, 58];

/** The host's own entry for a packet in the original direction: by addresses and ports, or by the identifier of an echo. */
function entryOf(state: HostState, packet: Packet, echoId: number | null): TrackedConnection | undefined {
  return state.connections.find(
    ({ protocol, original }) =>
      protocol === packet.protocol &&
      sameIp(original.source, packet.source) &&
      sameIp(original.destination, packet.destination) &&
      (ICMP.includes(protocol)
        ? original.icmpId === echoId
        : original.sourcePort === packet.sourcePort && original.destinationPort === packet.destinationPort),
  );
}

/**
 * A connection is entered in the table of `conntrack -L` after the input hook let its first packet pass (nf_confirm): an
 * entry contradicts a rule that would have dropped that packet before.
 */
export function unlessTracked(cause: Cause, state: HostState, packet: Packet): Cause {
  const entry = entryOf(state, packet, null);
  if (!entry) return cause;
  const note =
    'conntrack holds the connection, so this very packet was let in: the rule may be newer than it';
  const source = trackedSource(entry, 'was let in');
  return { ...atMost(cause, 'possible'), sources: [...cause.sources, source], notes: [...cause.notes, note] };
}

/** What the responder's connection tracking saw of the request, beside a cause that speaks of its answer. */
export function withTracking(causes: readonly Cause[], finding: Finding, context: ReasonContext): Cause[] {
  const state = stateOf(context, finding.responder);
  const request = requestAt(finding, finding.responder);
  if (!state || !request) return [...causes];
  const entry = entryOf(state, requestPacket(request), finding.examples[0]?.srcPort ?? null);
  if (!entry) return [...causes];
  const unreplied = entry.flags.has('UNREPLIED');
  const label = unreplied ? 'let in, and no answer seen by the firewall' : 'let in, and answered';
  const source = trackedSource(entry, label);
  return causes.map((cause) =>
    cause.host === state.name && fits(cause, unreplied)
      ? { ...cause, sources: [...cause.sources, source] }
      : cause,
  );
}

function trackedSource({ span }: TrackedConnection, label: string): CauseSource {
  return { span, mark: 'context', label, where: null };
}

function fits({ kind }: Cause, unreplied: boolean): boolean {
  return unreplied
    ? kind === 'unexplained'
    : kind.startsWith('mark-') || kind === 'default-route-only' || kind === 'other-route-wins';
}
