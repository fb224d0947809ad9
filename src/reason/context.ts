import type { HostIdentity } from '../addr/identity.ts';
import type { NeighbourAnswer, NeighbourQuestion } from '../exchange/correlation.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';

/** What `reason/` joins: host states by host name, and what was seen beside the finding. */
export interface ReasonContext {
  readonly states: ReadonlyMap<string, HostState>;
  readonly identities: readonly HostIdentity[];
  readonly questions: readonly NeighbourQuestion[];
  /** For a host's own address, and not answered by it. */
  readonly unheeded: readonly NeighbourQuestion[];
  /** For an address that the host does not bear. */
  readonly overheard: readonly NeighbourQuestion[];
  /** Hosts whose captures show ICMP of some kind. */
  readonly icmpSeen: ReadonlySet<string>;
  readonly answers: readonly NeighbourAnswer[];
  readonly askers: readonly NeighbourAnswer[];
}

/** The finding, perhaps raised to another kind by what was computed, and why. */
export interface Explained {
  readonly finding: Finding;
  readonly causes: readonly Cause[];
}

export function stateOf(context: ReasonContext, host: string | null): HostState | undefined {
  return host === null ? undefined : context.states.get(host);
}

/** A host by name in a sentence, also where it has none. */
export function called(host: string | null, role: 'originator' | 'responder'): string {
  return host ?? `the ${role}`;
}
