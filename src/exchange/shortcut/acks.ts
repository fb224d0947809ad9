import { ACKS, S_ACK_GENERATION, S_ACKS_SET } from './layout.ts';

const PAIRS = 8192;
const GENERATION = PAIRS * 8;
const FULL = PAIRS * 4;

/** As `AckFilter`. */
export function addAck(key: i32): void {
  if (load<i32>(S_ACKS_SET) >= FULL) turn();
  const at = pairOf(key) + load<i32>(S_ACK_GENERATION);
  const bits = bitsOf(key);
  const pair = load<u64>(at);
  if ((pair & bits) === bits) return;
  store<u64>(at, pair | bits);
  store<i32>(S_ACKS_SET, load<i32>(S_ACKS_SET) + 1);
}

export function mayHoldAck(key: i32): bool {
  const at = pairOf(key);
  const bits = bitsOf(key);
  return (load<u64>(at) & bits) === bits || (load<u64>(at, GENERATION) & bits) === bits;
}

function pairOf(key: i32): i32 {
  return ACKS + ((<i32>(u32(key) >> 19)) << 3);
}

/** One in each word. */
function bitsOf(key: i32): u64 {
  const other = (u32(key * 0x9e3779b1) >> 27) + 32;
  return ((<u64>1) << (<u64>((u32(key) >> 14) & 31))) | ((<u64>1) << (<u64>other));
}

function turn(): void {
  const generation = load<i32>(S_ACK_GENERATION) ^ GENERATION;
  store<i32>(S_ACK_GENERATION, generation);
  store<i32>(S_ACKS_SET, 0);
  memory.fill(ACKS + generation, 0, GENERATION);
}
