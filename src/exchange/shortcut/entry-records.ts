import { closeOldestAndCount, closeUntilAndCount } from './close.ts';
import { countClosed } from './closed.ts';
import { pairRecords } from './recorded.ts';

export { closeOldestAndCount as closeOldest, closeUntilAndCount as closeUntil, countClosed, pairRecords };
