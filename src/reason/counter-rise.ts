import type { Counter } from '../linux/host-state.ts';
import type { CauseSource } from './cause.ts';

/** Since the first reading; where there is only one, since the host was started. */
export function riseOf({ before, after }: Counter): number {
  return after.value - (before?.value ?? 0);
}

export function risen(counter: Counter): string {
  const by = riseOf(counter);
  return counter.before ? `rose by ${by}` : `stands at ${by}`;
}

export function counterSource(counter: Counter): CauseSource {
  return { span: counter.after.span, mark: 'context', label: risen(counter), where: null };
}
