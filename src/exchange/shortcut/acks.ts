import { ACKS, S_ACK_GENERATION, S_ACKS_SET } from './layout.ts';

const GENERATION = 32768;
const FULL = 32768;

/** As `AckFilter`. */
export function addAck(key: i32): void {
  if (load<i32>(S_ACKS_SET) >= FULL) turn();
  const bit = u32(key) >> 14;
  const at = ACKS + load<i32>(S_ACK_GENERATION) + ((bit >> 5) << 2);
  const word = load<u32>(at);
  const mask: u32 = 1 << (bit & 31);
  if ((word & mask) !== 0) return;
  store<u32>(at, word | mask);
  store<i32>(S_ACKS_SET, load<i32>(S_ACKS_SET) + 1);
}

export function mayHoldAck(key: i32): bool {
  const bit = u32(key) >> 14;
  const at = ACKS + ((bit >> 5) << 2);
  return (((load<u32>(at) | load<u32>(at, GENERATION)) >> (bit & 31)) & 1) !== 0;
}

function turn(): void {
  const generation = load<i32>(S_ACK_GENERATION) ^ GENERATION;
  store<i32>(S_ACK_GENERATION, generation);
  store<i32>(S_ACKS_SET, 0);
  memory.fill(ACKS + generation, 0, GENERATION);
}
