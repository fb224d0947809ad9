import { endOf } from './keys.ts';
import { CONNECTIONS } from './layout.ts';

/** As `Connections.add`; false: it knows another number, and that must see to it. */
export function addConnection(
  src: i32,
  dst: i32,
  sourcePort: i32,
  destinationPort: i32,
  syn: bool,
  seq: i32,
): bool {
  const source = endOf(src, sourcePort);
  const destination = endOf(dst, destinationPort);
  const slot = u32((source + destination) * 0xc2b2ae35) >> 18;
  const at = CONNECTIONS + slot * 12;
  const ends = source + destination;
  const originator = syn ? source : destination;
  if (!syn && load<i32>(at) === ends && load<i32>(at, 4) === originator && load<i32>(at, 8) !== seq)
    return false;
  store<i32>(at, ends);
  store<i32>(at, originator, 4);
  store<i32>(at, seq, 8);
  return true;
}
