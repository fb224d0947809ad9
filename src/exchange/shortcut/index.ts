import { closeOldest, closeUntil } from './close.ts';
import { pairRecords } from './recorded.ts';
import { takeBlocks, takeRecords } from './records.ts';

// The compiler finds no module by its file's whole name in `export from`.
export { closeOldest, closeUntil, pairRecords, takeBlocks, takeRecords };
