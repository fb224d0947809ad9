import { closeOldestAndCount, closeUntilAndCount } from './close.ts';
import { countClosed } from './closed.ts';
import { countFrames } from './count.ts';
import { endHandshake } from './exchanges.ts';
import { fetchSets } from './fetch.ts';
import { takeBlocks, takeRecords } from './records.ts';
import { record } from './write.ts';

// The compiler finds no module by its file's whole name in `export from`. Nobody calls the last five from outside: exported, they
// do not become part of what pairs frames, which would be slower.
export {
  closeOldestAndCount as closeOldest,
  closeUntilAndCount as closeUntil,
  countClosed,
  countFrames,
  endHandshake,
  fetchSets,
  record,
  takeBlocks,
  takeRecords,
};
