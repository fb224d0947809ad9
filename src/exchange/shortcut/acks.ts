import { ACK_CHECKS, ACKS, S_ACK_GENERATION, S_ACKS_SET } from './layout.ts';

const GENERATION = 32768;
const FULL = 32768;

/** As `AckFilter`. */
export function addAck(key: i32): void {
  if (load<i32>(S_ACKS_SET) >= FULL) turn();
  const generation = load<i32>(S_ACK_GENERATION);
  const bit = u32(key) >> 14;
  const other = otherBit(key);
  const at = ACKS + generation + ((<i32>(bit >> 5)) << 2);
  const check = ACK_CHECKS + generation + ((<i32>(other >> 5)) << 2);
  const mask: u32 = 1 << (bit & 31);
  const checkMask: u32 = 1 << (other & 31);
  if ((load<u32>(at) & mask) !== 0 && (load<u32>(check) & checkMask) !== 0) return;
  store<u32>(at, load<u32>(at) | mask);
  store<u32>(check, load<u32>(check) | checkMask);
  store<i32>(S_ACKS_SET, load<i32>(S_ACKS_SET) + 1);
}

export function mayHoldAck(key: i32): bool {
  const bit = u32(key) >> 14;
  const at = ACKS + ((<i32>(bit >> 5)) << 2);
  const mask: u32 = 1 << (bit & 31);
  if (((load<u32>(at) | load<u32>(at, GENERATION)) & mask) === 0) return false;
  const other = otherBit(key);
  const check = ACK_CHECKS + ((<i32>(other >> 5)) << 2);
  const checkMask: u32 = 1 << (other & 31);
  return (
    ((load<u32>(at) & mask) !== 0 && (load<u32>(check) & checkMask) !== 0) ||
    ((load<u32>(at, GENERATION) & mask) !== 0 && (load<u32>(check, GENERATION) & checkMask) !== 0)
  );
}

function otherBit(key: i32): u32 {
  return u32(key * 0x9e3779b1) >> 14;
}

function turn(): void {
  const generation = load<i32>(S_ACK_GENERATION) ^ GENERATION;
  store<i32>(S_ACK_GENERATION, generation);
  store<i32>(S_ACKS_SET, 0);
  memory.fill(ACKS + generation, 0, GENERATION);
  memory.fill(ACK_CHECKS + generation, 0, GENERATION);
}
