import { closeOldest, closeUntil } from './close.ts';
import { countFrames } from './count.ts';
import { endHandshake } from './exchanges.ts';
import { fetchSets } from './fetch.ts';
import { takeBlocks, takeRecords } from './records.ts';
import { record } from './write.ts';

// The compiler finds no module by its file's whole name in `export from`. Nobody calls most of these from outside:
// exported, they do not become part of what pairs frames, which would be slower.
export { closeOldest, closeUntil, countFrames, endHandshake, fetchSets, record, takeBlocks, takeRecords };
