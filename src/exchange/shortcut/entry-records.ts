import { closeOldestAndCount, closeUntilAndCount } from './close.ts';
import { pairRecords } from './recorded.ts';

export { closeOldestAndCount as closeOldest, closeUntilAndCount as closeUntil, pairRecords };
