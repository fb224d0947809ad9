import { contains } from '../addr/prefix.ts';
import { quoteOf } from '../addr/source.ts';
import type { Missing } from './decision.ts';
import type { Flow } from './flow.ts';
import type { Gap, HostState } from './host-state.ts';

/** What a line that was not understood may hide, as a lookup that depends on it names it. */
export function missingOf({ span }: Gap): Missing {
  const { file, line } = quoteOf(span);
  return { kind: 'not-understood', what: `line ${line} of ${file}` };
}

/** What would tell the addresses that are not known: the lines that hide some, or the listing that was not given. */
export function addressesMissing({ gaps }: HostState): readonly Missing[] {
  const hidden = gaps.filter((gap) => gap.kind === 'address').map(missingOf);
  return hidden.length > 0 ? hidden : [{ kind: 'addresses', what: 'ip addr' }];
}

/** Lines of a table's listing of which it is not known whether, or to where, they route the flow. */
export function gapsInTable(state: HostState, table: number, { destination }: Flow): readonly Gap[] {
  if (state.gaps.length === 0) return state.gaps;
  return state.gaps.filter(
    (gap) =>
      gap.kind === 'route' &&
      gap.table === table &&
      (gap.family === null || gap.family === destination.family) &&
      (gap.destination === null || contains(gap.destination, destination)),
  );
}
