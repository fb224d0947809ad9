import { closeOldest, closeUntil } from './close.ts';
import { pairRecords } from './recorded.ts';

export { closeOldest, closeUntil, pairRecords };
