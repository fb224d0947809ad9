import type { ClockOffset, ClockSet } from '../exchange/exchange.ts';
import { duration } from './moment.ts';

const BASIS: Record<ClockOffset['basis'], string> = {
  measured: 'measured from packets seen on both',
  given: 'as given',
  assumed: 'assumed, for want of packets seen on both',
};

/** Below this a difference of clocks is of no interest to a reader. */
const NOTEWORTHY_NS = 1e9;

/** How far a host's clock is from the reference host's. */
export function clockWords({ host, relativeTo, lowNs, highNs, basis }: ClockOffset): string {
  if (lowNs <= 0 && highNs >= 0) return aboutEqual(-lowNs, highNs, host, relativeTo, BASIS[basis]);
  const [nearest, farthest, way] = lowNs > 0 ? [lowNs, highNs, 'ahead of'] : [-highNs, -lowNs, 'behind'];
  const [low, high] = [duration(nearest), duration(farthest)];
  const span = low === high ? low : `between ${low} and ${high}`;
  return `${host} is ${span} ${way} ${relativeTo} (${BASIS[basis]})`;
}

/** That it changed meanwhile. */
export function clockSetWords({ host, relativeTo, file, frame, byNs }: ClockSet): string {
  const way = byNs < 0 ? 'back' : 'forward';
  return `${host} was set ${way} by ${duration(Math.abs(byNs))} against ${relativeTo} before frame ${frame} of ${file}`;
}

function aboutEqual(behindNs: number, aheadNs: number, host: string, other: string, basis: string): string {
  const [behind, ahead] = [behindNs, aheadNs].map((nanos) =>
    Math.round(nanos) > 0 ? duration(nanos) : null,
  );
  if (behind && ahead) return `${host} is between ${behind} behind and ${ahead} ahead of ${other} (${basis})`;
  if (ahead) return `${host} is at most ${ahead} ahead of ${other} (${basis})`;
  if (behind) return `${host} is at most ${behind} behind ${other} (${basis})`;
  return `${host} and ${other} have the same time (${basis})`;
}

export function isNoteworthy({ lowNs, highNs }: ClockOffset): boolean {
  return lowNs > NOTEWORTHY_NS || highNs < -NOTEWORTHY_NS;
}
