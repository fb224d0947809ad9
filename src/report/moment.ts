import { formatClock, formatIso, nanosBetween, type Time } from '../addr/time.ts';

/** Which clock people read: UTC, or that of the machine the report is made on. */
export type Zone = 'utc' | 'local';

/** `14:07:02.118204`: microseconds, as tcpdump prints a frame's time. */
export function clockOf(time: Time, zone: Zone): string {
  if (zone === 'utc' || outOfRange(time)) return formatClock(time);
  const micros = String(Math.floor(time.nanos / 1000)).padStart(6, '0');
  return `${clock(localDate(time))}.${micros}`;
}

/** `14:07:02 to 14:09:00 UTC on 2026-11-23`, as short as the two moments allow. */
export function spanOf(first: Time, last: Time, zone: Zone): string {
  const [a, b] = [parts(first, zone), parts(last, zone)];
  if (!a || !b) return `${formatIso(first)} to ${formatIso(last)}`;
  if (a.date !== b.date) return `${a.date} ${a.clock} to ${b.date} ${b.clock} ${a.zone}`;
  const clocks = a.clock === b.clock ? a.clock : `${a.clock} to ${b.clock}`;
  return `${clocks} ${a.zone} on ${a.date}`;
}

interface Parts {
  readonly date: string;
  readonly clock: string;
  readonly zone: string;
}

function parts(time: Time, zone: Zone): Parts | null {
  if (outOfRange(time)) return null;
  if (zone === 'utc') {
    const iso = formatIso(time);
    return { date: iso.slice(0, 10), clock: iso.slice(11, 19), zone: 'UTC' };
  }
  const local = localDate(time);
  const date = `${local.getFullYear()}-${two(local.getMonth() + 1)}-${two(local.getDate())}`;
  return { date, clock: clock(local), zone: 'local time' };
}

/** A hostile capture may bear any seconds; those outside 1970 to 9999 are printed as they are. */
function outOfRange(time: Time): boolean {
  return formatIso(time).startsWith('@');
}

function localDate(time: Time): Date {
  return new Date(time.seconds * 1000);
}

function clock(date: Date): string {
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}

/** `47 us`, `12.3 ms`, `1.02 s`: how much later b is than a on one clock; null where it is not later. */
export function gapOf(a: Time, b: Time): string | null {
  const nanos = nanosBetween(b, a);
  return nanos >= 0 ? duration(nanos) : null;
}

export function duration(nanos: number): string {
  if (nanos < 1e3) return `${Math.round(nanos)} ns`;
  if (nanos < 1e6) return `${Math.round(nanos / 1e3)} us`;
  if (nanos < 1e9) return `${(nanos / 1e6).toPrecision(3)} ms`;
  return nanos < 1e11 ? `${(nanos / 1e9).toPrecision(3)} s` : `${Math.round(nanos / 1e9)} s`;
}
