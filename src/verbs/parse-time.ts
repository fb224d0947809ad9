import type { Time } from '../addr/time.ts';

const FORM = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;
const EPOCH = /^@(\d{1,11})(?:\.(\d{1,9}))?$/;

/**
 * Reads `2026-11-23T14:07:02.118204Z` (a space for the T; without seconds, fraction or zone) or `@SECONDS`. Without a
 * zone it is UTC, as the report prints times, or local time where the report does. Undefined if it is neither.
 */
export function parseTime(text: string, local: boolean): Time | undefined {
  const epoch = EPOCH.exec(text);
  if (epoch) return { seconds: Number(epoch[1]), nanos: nanosOf(epoch[2]) };
  const parts = FORM.exec(text);
  if (!parts) return undefined;
  const [, day, clock, fraction, zone] = parts;
  const milliseconds = Date.parse(`${day}T${clock}${zone ?? (local ? '' : 'Z')}`);
  if (!Number.isFinite(milliseconds) || !sameDay(day)) return undefined;
  return { seconds: milliseconds / 1000, nanos: nanosOf(fraction) };
}

/** Date.parse takes the 31st of February for a day in March. */
function sameDay(day: string): boolean {
  const date = new Date(`${day}T00:00:00Z`);
  return Number.isFinite(date.getTime()) && date.toISOString().startsWith(day);
}

function nanosOf(fraction: string | undefined): number {
  return fraction ? Number(fraction.padEnd(9, '0')) : 0;
}
