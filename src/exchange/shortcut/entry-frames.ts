import { closeOldestAndCount, closeUntilAndCount } from './close.ts';
import { endHandshake } from './exchanges.ts';
import { takeBlocks, takeRecords } from './records.ts';
import { sendScouts } from './scouts.ts';
import { record } from './write.ts';

// The compiler finds no module by its file's whole name in `export from`. Nobody calls `record` and `endHandshake` from outside:
// exported, they do not become part of what pairs frames, which would be slower.
export {
  closeOldestAndCount as closeOldest,
  closeUntilAndCount as closeUntil,
  endHandshake,
  record,
  sendScouts,
  takeBlocks,
  takeRecords,
};
