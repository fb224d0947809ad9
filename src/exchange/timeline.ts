import { addNanos, type Time } from '../addr/time.ts';

/**
 * Counts time in nanoseconds since the second in which the analysis began, as a double: exact for 104 days around it,
 * and without an object for each packet.
 */
export class Timeline {
  private baseSeconds: number | null = null;

  /** The first time given sets the base. */
  nanosOf(seconds: number, nanos: number): number {
    this.baseSeconds ??= seconds;
    return (seconds - this.baseSeconds) * 1e9 + nanos;
  }

  /** Of a time that `nanosOf` gave: the seconds and nanoseconds it was made of. */
  secondsOf(nanos: number): number {
    return (this.baseSeconds ?? 0) + Math.floor(nanos / 1e9);
  }

  nanosInSecond(nanos: number): number {
    return nanos - Math.floor(nanos / 1e9) * 1e9;
  }

  timeOf(nanos: number): Time {
    return addNanos({ seconds: this.baseSeconds ?? 0, nanos: 0 }, Math.round(nanos));
  }
}
