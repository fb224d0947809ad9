import type { Ip } from '../addr/ip.ts';
import type { Exchange, Protocol } from './exchange.ts';

/** Examples of one sort, by their place among them. */
export interface Kept {
  protocol(at: number): Protocol;
  src(at: number): Ip;
  dst(at: number): Ip;
  /** As `ExchangeGroup.shape`. */
  shape(at: number): number | null;
  /** Nanoseconds since the analysis began, on the reference clock. */
  firstTime(at: number): number;
  exchange(at: number): Exchange;
  /** The number (`examples.ts`) of the one of the same group that was kept before; NONE for its first. */
  older(at: number): number;
  /** It comes after this one from now on. */
  follow(at: number, older: number): void;
}
