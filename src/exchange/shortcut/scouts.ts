import { S_FETCHED, SCOUTS, SCOUTS_SENT } from './layout.ts';
import { BLOCK_BYTES, ENHANCED_PACKET, MAX_PACKET_BYTES, RECORD_BYTES, word } from './record-bytes.ts';

/** Bytes behind the beginning of a record that its frame is read of: its end, and what lies before the packet in a block. */
const HEADERS_BYTES = 80;
/** Where the next line of the cache begins, or one behind: the first is read for the record's length. */
const NEXT_LINE = 64;
/** How far a scout looks for a record to begin with, and by how much later than the first one it may be. */
const SEARCHED_BYTES = 4096;
const MOST_SECONDS: u32 = 3600;

/**
 * Reads the headers of records in [at, end) from several places on at once: where the next record lies is known when this one
 * was read, and the processor waits for several lines no longer than for one. Afterwards they are at hand, for whoever walks
 * from `at` on. Nothing is told of them: where bytes looked like a record and are none, the time is lost and nothing else.
 *
 * @param end at least `HEADERS_BYTES` behind `at`
 * @param blocks whether they are enhanced packet blocks
 */
export function sendScouts(at: i32, end: i32, little: bool, blocks: bool): void {
  const last = end - HEADERS_BYTES;
  const share = (end - at) / SCOUTS_SENT;
  const first = word(at, little);
  for (let scout = 0; scout < SCOUTS_SENT; scout++) {
    const from = at + scout * share;
    const found =
      scout === 0 ? at : blocks ? findBlock(from, last, little) : findRecord(from, last, first, little);
    store<i32>(SCOUTS + (scout << 2), found);
  }
  let read: i32 = 0;
  let underWay = true;
  while (underWay) {
    underWay = false;
    let until = at + share;
    for (let place = SCOUTS; place < SCOUTS + (SCOUTS_SENT << 2); place += 4) {
      const here = load<i32>(place);
      if (here < min(until, last)) {
        underWay = true;
        read ^= load<i32>(here, NEXT_LINE);
        store<i32>(place, here + (blocks ? blockBytes(here, little) : recordBytes(here, little)));
      }
      until += share;
    }
  }
  // Kept, so that no compiler leaves the reading out.
  store<i32>(S_FETCHED, read);
}

/** A place that seems to be one, followed by another; `last` where none is. */
function findRecord(at: i32, last: i32, first: u32, little: bool): i32 {
  const until = min(at + SEARCHED_BYTES, last);
  for (; at < until; at++) {
    if (word(at, little) - first > MOST_SECONDS) continue;
    const next = at + recordBytes(at, little);
    if (next < last && word(next, little) - first <= MOST_SECONDS) return at;
  }
  return last;
}

function findBlock(at: i32, last: i32, little: bool): i32 {
  const until = min(at + SEARCHED_BYTES, last);
  for (; at < until; at++) {
    if (word(at, little) !== ENHANCED_PACKET) continue;
    const next = at + blockBytes(at, little);
    if (next < last && word(next - 4, little) === word(at + 4, little)) return at;
  }
  return last;
}

/** More than there are, where it is none. */
function recordBytes(at: i32, little: bool): i32 {
  const captured = word(at + 8, little);
  return RECORD_BYTES + <i32>min(captured, MAX_PACKET_BYTES);
}

function blockBytes(at: i32, little: bool): i32 {
  const length = word(at + 4, little);
  return <i32>min(max(length, BLOCK_BYTES), MAX_PACKET_BYTES);
}
