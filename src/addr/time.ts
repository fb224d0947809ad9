/**
 * A moment of a capture's clock: whole seconds since 1970-01-01T00:00:00Z and nanoseconds in that second (0 to
 * 999,999,999). Two integers, because a double cannot hold nanoseconds since 1970 exactly.
 */
export interface Time {
  readonly seconds: number;
  readonly nanos: number;
}

/** a - b in nanoseconds; exact while the difference is under 104 days (2^53 ns). */
export function nanosBetween(a: Time, b: Time): number {
  return (a.seconds - b.seconds) * 1e9 + (a.nanos - b.nanos);
}

export function compareTime(a: Time, b: Time): number {
  return a.seconds - b.seconds || a.nanos - b.nanos;
}

export function addNanos(time: Time, delta: number): Time {
  const total = time.nanos + delta;
  const carry = Math.floor(total / 1e9);
  return { seconds: time.seconds + carry, nanos: Math.round(total - carry * 1e9) };
}

export function earlier(a: Time, b: Time): Time {
  return compareTime(a, b) <= 0 ? a : b;
}

export function later(a: Time, b: Time): Time {
  return compareTime(a, b) >= 0 ? a : b;
}

/** `2026-11-23T14:07:02.118204000Z`; years outside 1970 to 9999 (hostile captures) print as `@SECONDS.NANOS`. */
export function formatIso(time: Time): string {
  const nanos = fraction(time.nanos);
  if (time.seconds < 0) return beforeEpoch(time);
  if (!(time.seconds < 253402300800)) return `@${time.seconds}.${nanos}`;
  return `${new Date(time.seconds * 1000).toISOString().slice(0, 19)}.${nanos}Z`;
}

/** The nanoseconds count towards 1970, the digits behind the point away from it. */
function beforeEpoch({ seconds, nanos }: Time): string {
  return nanos === 0 ? `@${seconds}.${fraction(0)}` : `@-${-(seconds + 1)}.${fraction(1e9 - nanos)}`;
}

function fraction(nanos: number): string {
  return String(nanos).padStart(9, '0');
}

/** `14:07:02.118204` UTC, microseconds, as tcpdump prints a frame's time. */
export function formatClock(time: Time): string {
  const iso = formatIso(time);
  return iso.startsWith('@') ? iso : iso.slice(11, 26);
}
