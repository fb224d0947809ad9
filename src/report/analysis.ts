import type { CaptureSummary } from '../exchange/correlation.ts';
import type { ClockOffset, ClockSet } from '../exchange/exchange.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause } from '../reason/cause.ts';
import type { Remedy } from '../remedy/remedy.ts';
import type { Problem } from './problem.ts';

/** All that a report tells, whatever its format: the diagnostic value that every renderer is given. */
export interface Analysis {
  readonly verdict: Verdict;
  readonly exchanges: ExchangeTotals;
  /** Worst first, then by time. */
  readonly diagnoses: readonly Diagnosis[];
  readonly captures: readonly CaptureSummary[];
  readonly hosts: readonly HostReport[];
  readonly clocks: readonly ClockOffset[];
  readonly clocksSet: readonly ClockSet[];
  /** Everything for standard error: what could not be read, understood or trusted. */
  readonly problems: readonly Problem[];
  /** Damage or kernel drops: where nothing wrong was found, that may be why. */
  readonly incomplete: boolean;
}

export interface ExchangeTotals {
  readonly total: number;
  readonly answered: number;
  readonly failed: number;
  readonly undecided: number;
}

/** A finding with its causes, in the order in which the packet meets them, and what repairs them. */
export interface Diagnosis {
  readonly finding: Finding;
  readonly causes: readonly Cause[];
  readonly remedies: readonly Remedy[];
  /** The finding in one sentence that stands alone. */
  readonly sentence: string;
}

export interface Verdict {
  readonly party: Party;
  /** The host to blame, where it is one. */
  readonly host: string | null;
  readonly sentence: string;
}

export type Party = 'host' | 'network' | 'application' | 'none' | 'unknown';

/** Which kinds of host state were supplied for a host, and which were not. */
export interface HostReport {
  readonly name: string;
  readonly given: readonly string[];
  readonly missing: readonly string[];
}
