import type { HostState } from '../../linux/host-state.ts';
import type { Passage } from '../../linux/passage.ts';
import { firewallCause } from '../firewall-cause.ts';
import { openAbout } from '../step.ts';
import type { Leg } from './leg.ts';

/** What the sender's own rules do to a packet on its way out. */
export function hooksOf(
  state: HostState,
  passage: Passage | null,
  what: string,
): Pick<Leg, 'passage' | 'dropped' | 'open'> {
  if (!passage) return { passage, dropped: [], open: [] };
  const { outcome, missing } = passage;
  const stops = outcome.kind === 'dropped' || outcome.kind === 'rejected';
  return {
    passage,
    dropped: stops ? [firewallCause(state.name, outcome, what)] : [],
    open: outcome.kind === 'cannot-tell' ? openAbout(missing) : [],
  };
}
