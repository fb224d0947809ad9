import { closeOldest, closeUntil } from './close.ts';
import { takeBlocks, takeRecords } from './records.ts';

// The compiler finds no module by its file's whole name in `export from`.
export { closeOldest, closeUntil, takeBlocks, takeRecords };
