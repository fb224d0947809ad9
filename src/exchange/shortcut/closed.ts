import { countGroup, examplesOf, keepExample, mostExamples } from './groups.ts';
import { CLOSED, CLOSED_ACKS, CLOSED_GROUPS, S_CLOSED, S_FETCHED } from './layout.ts';
import { ACK_BYTES, ackOf, lastTime, P_ACK_FRAME, P_ASKED, P_HEADER, P_PORTS } from './ring.ts';

/** Exchanges that have left the ring and are yet to be counted. */
const MOST = 32;
const ENTRY_BYTES = 64;

/** Puts a copy of the ring's entry aside for its group: some are counted at a time (`countClosed`). */
export function addClosed(entry: i32, group: i32): void {
  const number = load<i32>(S_CLOSED);
  const to = CLOSED + number * ENTRY_BYTES;
  v128.store(to, v128.load(entry));
  v128.store(to, v128.load(entry, 16), 16);
  v128.store(to, v128.load(entry, 32), 32);
  v128.store(to, v128.load(entry, 48), 48);
  if (load<i32>(entry, P_ACK_FRAME) !== 0)
    memory.copy(CLOSED_ACKS + number * ACK_BYTES, ackOf(entry), ACK_BYTES);
  const told = CLOSED_GROUPS + (number << 3);
  store<i32>(told, group);
  store<i32>(told, mostExamples(), 4);
  store<i32>(S_CLOSED, number + 1);
  if (number + 1 === MOST) countClosed();
}

/** To be called before anybody else looks at the groups. Their lines are read all at once, as is done in `fetchSets`. */
export function countClosed(): void {
  const count = load<i32>(S_CLOSED);
  let read: i32 = 0;
  const end = CLOSED_GROUPS + (count << 3);
  for (let at = CLOSED_GROUPS; at < end; at += 8) read ^= load<i32>(load<i32>(at));
  store<i32>(S_FETCHED, read);
  for (let number = 0; number < count; number++) {
    const told = CLOSED_GROUPS + (number << 3);
    const group = load<i32>(told);
    const entry = CLOSED + number * ENTRY_BYTES;
    const ack = CLOSED_ACKS + number * ACK_BYTES;
    const size = load<i32>(entry, P_HEADER) & 0xffff;
    countGroup(
      group,
      load<i32>(entry, P_PORTS) >>> 16,
      size,
      load<f64>(entry, P_ASKED),
      lastTime(entry, ack),
    );
    if (examplesOf(group) < load<i32>(told, 4)) keepExample(group, entry, ack);
  }
  store<i32>(S_CLOSED, 0);
}
