import type { Missing } from '../../linux/decision.ts';
import type { Cause } from '../cause.ts';
import { atMost } from '../draft.ts';
import type { Trip, TripGap, TripStep } from './trip.ts';

/** A trip under way: the steps so far, and what could not be told or was taken for granted on them. Never changed in place. */
export interface Course {
  readonly steps: readonly TripStep[];
  readonly open: readonly TripGap[];
  readonly assumed: readonly TripGap[];
  /** Faults met that do not stop the packets by themselves: a refusal, which still has to come home. */
  readonly causes: readonly Cause[];
}

export const START: Course = { steps: [], open: [], assumed: [], causes: [] };

export function withStep(course: Course, step: TripStep): Course {
  return { ...course, steps: [...course.steps, step] };
}

export function withOpen(course: Course, host: string | null, missing: readonly Missing[]): Course {
  return { ...course, open: [...course.open, ...missing.map((one) => ({ host, missing: one }))] };
}

export function withAssumed(course: Course, host: string | null, missing: readonly Missing[]): Course {
  return { ...course, assumed: [...course.assumed, ...missing.map((one) => ({ host, missing: one }))] };
}

/**
 * A definite end is definite whatever is open about earlier steps: the packet is lost there or before. Rules that no file
 * lists are another matter: by them it may have gone another way.
 */
export function stopped(course: Course, step: TripStep, causes: readonly Cause[]): Trip {
  const { steps, assumed } = withStep(course, { ...step, outcome: 'stops' });
  const all = [...course.causes, ...causes];
  const open = [...course.open.filter(({ missing }) => isRule(missing)), ...causes.flatMap(rulesOf)];
  if (open.length === 0) return { verdict: 'fails', steps, causes: all, open, assumed };
  return { verdict: 'cannot-tell', steps, causes: all.map((one) => atMost(one, 'likely')), open, assumed };
}

function isRule({ kind }: Missing): boolean {
  return kind === 'rules' || kind === 'not-understood';
}

function rulesOf({ host, missing }: Cause): TripGap[] {
  return missing.filter(isRule).map((one) => ({ host, missing: one }));
}

/** The packet's way cannot be followed any further. */
export function lostSight(course: Course, step: TripStep, missing: readonly Missing[]): Trip {
  const told = withOpen(course, step.host, missing);
  const { steps, open, assumed, causes } = withStep(told, { ...step, outcome: 'cannot-tell' });
  return { verdict: 'cannot-tell', steps, causes, open, assumed };
}

export function home({ steps, open, assumed, causes }: Course): Trip {
  const isOpen = causes.length > 0 ? open.some(({ missing }) => isRule(missing)) : open.length > 0;
  const verdict = isOpen ? 'cannot-tell' : causes.length > 0 ? 'fails' : 'arrives';
  return { verdict, steps, causes, open: verdict === 'fails' ? [] : open, assumed };
}

/** The trips by each way that may be taken, as one. */
export function merged(trips: readonly Trip[]): Trip {
  const [first] = trips;
  const verdicts = new Set(trips.map((one) => one.verdict));
  if (verdicts.size === 1) return first;
  const failing = trips.find((one) => one.verdict === 'fails' || one.verdict === 'depends');
  const arriving = trips.some((one) => one.verdict === 'arrives' || one.verdict === 'depends');
  if (failing && arriving) return { ...failing, verdict: 'depends' };
  return trips.find((one) => one.verdict === 'cannot-tell') ?? first;
}
