import type { ClockOffset } from '../exchange/exchange.ts';
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
  if (lowNs <= 0 && highNs >= 0)
    return `${host} is between ${duration(-lowNs)} behind and ${duration(highNs)} ahead of ${relativeTo} (${BASIS[basis]})`;
  const [nearest, farthest, way] = lowNs > 0 ? [lowNs, highNs, 'ahead of'] : [-highNs, -lowNs, 'behind'];
  const [low, high] = [duration(nearest), duration(farthest)];
  const span = low === high ? low : `between ${low} and ${high}`;
  return `${host} is ${span} ${way} ${relativeTo} (${BASIS[basis]})`;
}

export function isNoteworthy({ lowNs, highNs }: ClockOffset): boolean {
  return lowNs > NOTEWORTHY_NS || highNs < -NOTEWORTHY_NS;
}
