import type { Finding } from '../finding/finding.ts';
import type { Counter, HostState } from '../linux/host-state.ts';
import type { Cause, CauseKind } from './cause.ts';
import { NEXT } from './chain.ts';
import type { ReasonContext } from './context.ts';
import { counterSource, risen, riseOf } from './counter-rise.ts';
import { atMost, causeOf } from './draft.ts';

/** The kernel's counter that rises with every packet lost to the cause (include/uapi/linux/snmp.h, by the names of nstat). */
const COUNTERS: Partial<Record<CauseKind, (finding: Finding) => string | null>> = {
  'rp-filter-strict': ({ probe }) => (probe.dst?.family === 6 ? null : 'TcpExtIPReversePathFilter'),
  'rp-filter-loose': ({ probe }) => (probe.dst?.family === 6 ? null : 'TcpExtIPReversePathFilter'),
  'listen-queue-full': () => 'TcpExtListenOverflows',
  'port-closed': ({ protocol, probe }) => {
    if (protocol === 'tcp') return 'TcpOutRsts';
    return probe.dst?.family === 6 ? 'Udp6NoPorts' : 'UdpNoPorts';
  },
};

/** Each cause beside the counter of its host: confirmed, or overturned where the counter says that nothing was lost so. */
export function withCounters(causes: readonly Cause[], finding: Finding, context: ReasonContext): Cause[] {
  return causes.map((cause) => {
    const name = COUNTERS[cause.kind]?.(finding);
    const state = cause.host === null ? undefined : context.states.get(cause.host);
    const counter = name ? state?.counters.get(name) : undefined;
    return name && state && counter ? weighed(cause, state, name, counter) : cause;
  });
}

function weighed(cause: Cause, state: HostState, name: string, counter: Counter): Cause {
  const rise = riseOf(counter);
  const source = counterSource(counter);
  if (rise > 0) {
    const note = `confirmed by a counter of ${state.name}: ${name} ${risen(counter)}`;
    return { ...cause, sources: [...cause.sources, source], notes: [...cause.notes, note] };
  }
  if (isNext(cause)) return cause;
  return counter.before ? overturned(cause, state, name, counter) : doubted(cause, state, name, counter);
}

/** One reading of 0 may be older than the packets. */
function doubted(cause: Cause, state: HostState, name: string, counter: Counter): Cause {
  const note = `the counter ${name} of ${state.name} stands at 0: it was read before the packets came, or this is not what lost them`;
  return {
    ...atMost(cause, 'likely'),
    sources: [...cause.sources, counterSource(counter)],
    notes: [...cause.notes, note],
  };
}

/** A fault behind another one has not met a packet yet, so no counter knows of it. */
function isNext({ notes }: Cause): boolean {
  return notes.includes(NEXT);
}

function overturned(cause: Cause, state: HostState, name: string, counter: Counter): Cause {
  return causeOf({
    kind: 'unexplained',
    host: state.name,
    confidence: 'possible',
    sentence: `by its settings ${state.name} would have lost the packets to ${cause.kind}, but its counter ${name} did not rise`,
    sources: [
      counterSource(counter),
      ...cause.sources.map((one) => ({ ...one, mark: 'context' as const, where: null })),
    ],
    notes: [
      'the settings may have been saved at another time than the captures, or the counters in another network namespace',
    ],
    decision: cause.decision,
  });
}
