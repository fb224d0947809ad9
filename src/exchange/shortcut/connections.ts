import { endOf } from './keys.ts';
import { CONNECTIONS } from './layout.ts';

/** As `Connections.addEnds`. */
export function addConnection(
  src: i32,
  dst: i32,
  sourcePort: i32,
  destinationPort: i32,
  syn: bool,
  seq: i32,
): void {
  const source = endOf(src, sourcePort);
  const destination = endOf(dst, destinationPort);
  const slot = u32((source + destination) * 0xc2b2ae35) >> 18;
  const at = CONNECTIONS + slot * 12;
  store<i32>(at, source + destination);
  store<i32>(at, syn ? source : destination, 4);
  store<i32>(at, seq, 8);
}
