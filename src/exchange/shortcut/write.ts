import { F_ACK, F_END, F_HEADER, F_KEY, F_LINK, F_LINK_TYPE, F_TIME, indexOf } from './batch.ts';
import { remember } from './exchanges.ts';
import { findIp, isIp6, mayPair } from './headers.ts';
import { SYN, SYN_ACK } from './kinds.ts';
import { MOST_RECORDS, PROFILES, RECORDS, S_NUMBER, S_PAIRS, S_RECORDED, S_RECORDS } from './layout.ts';
import { CROWDED, REFUSED, TAKEN } from './outcomes.ts';

const IP_BYTES = 20;
const ACKNOWLEDGED = 8;
export const RECORD_BYTES = 64;

/** Whether a segment that may be the last step of a handshake can be taken as such; then F_ACK is filled in. */
export function mayTakeAck(f: i32): bool {
  if ((load<i32>(S_RECORDS) | load<i32>(S_PAIRS)) === 0) return false;
  const ip = findIp(load<i32>(f, F_LINK_TYPE), load<i32>(f, F_LINK), load<i32>(f, F_END));
  if (!mayPair || isIp6) return false;
  store<i32>(f, bswap(load<i32>(ip + IP_BYTES, ACKNOWLEDGED)), F_ACK);
  return true;
}

/** Records a probe, a reply or such a segment; they are paired elsewhere. */
export function record(f: i32, kind: i32, profile: i32): i32 {
  if (load<i32>(S_RECORDS) === 0) return REFUSED;
  if (load<i32>(S_RECORDED) === MOST_RECORDS) return CROWDED;
  if ((kind === SYN || kind === SYN_ACK) && !remember(f, kind === SYN)) return REFUSED;
  write(f, profile);
  return TAKEN;
}

/** As `writeRecord` of `record.ts`. */
function write(f: i32, profile: i32): void {
  const number = load<i32>(S_RECORDED);
  store<i32>(S_RECORDED, number + 1);
  const to = RECORDS + number * RECORD_BYTES;
  const from = PROFILES + (profile << 4);
  const type = load<i32>(from, 4);
  const header = load<i32>(f, F_HEADER);
  const time = load<i64>(f, F_TIME);
  store<i32>(to, load<i32>(from));
  store<i64>(to, rotl<i64>(time, 32), 4);
  store<i32>(to, load<i32>(S_NUMBER) + 1 + indexOf(f), 12);
  v128.store(to, v128.load(f), 16);
  store<i32>(to, load<i32>(f, F_ACK), 32);
  store<i32>(to, (type & 0xffff0000) | (header >>> 16), 36);
  store<i32>(to, (type << 16) | (header & 0xffff), 40);
  store<i32>(to, load<i32>(from, 8), 44);
  store<i32>(to, 0, 48);
  store<i32>(to, load<i32>(f, F_KEY), 52);
  store<i32>(to, load<i32>(from, 12), 56);
  store<i32>(to, 0, 60);
}
