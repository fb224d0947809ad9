import {
  EXAMPLE_ACKS,
  GROUP_BUCKETS,
  GROUP_HOMES,
  GROUP_PORTS,
  GROUP_SOURCES,
  GROUPS,
  EXAMPLES as KEPT,
  S_EXAMPLES,
  S_GROUPS,
  S_MANY_PORTS,
} from './layout.ts';
import { A_FRAME, ACK_BYTES, ackOf, P_ACK_FRAME, P_OLDER } from './ring.ts';

const WITH_SOURCE = 1;
const WITH_PORT = 2;
const WITH_ADDRESS = 4;
const WITH_SIGNATURE = 8;
const GROUPS_LIMIT = 4096;
const WELL_LIMIT = 512;
const FAMILY_LIMIT = 64;
const BUCKETS = 32768;
const TAG = ~(BUCKETS - 1);
const GROUPS_WITH_EXAMPLES = 512;
const EXAMPLES = 4;
const SEVERAL = -1;
export const NO_PORT = -1;

let sigLow: i32 = 0;
let sigHigh: i32 = 0;
let protocol: i32 = 0;
let src: i32 = 0;
let dst: i32 = 0;
let port: i32 = 0;
let well: bool = false;

export function setLook(low: i32, high: i32, isWell: bool): void {
  sigLow = low;
  sigHigh = high;
  well = isWell;
}

/** As `GroupStore.find` and `add`, of an IPv4 exchange: the byte offset of the group. */
export function groupOf(ofProtocol: i32, ofSrc: i32, ofDst: i32, ofPort: i32, sourcePort: i32): i32 {
  protocol = ofProtocol;
  src = ofSrc;
  dst = ofDst;
  port = ofPort;
  const all = WITH_SOURCE | WITH_ADDRESS | WITH_SIGNATURE;
  let detail = port === NO_PORT ? all : all | WITH_PORT;
  let at = search(detail);
  while (at === 0) {
    const less = coarser(detail);
    if (less === detail) return add(detail, sourcePort);
    detail = less;
    at = search(detail);
  }
  return at;
}

/** Almost never: kept out of the way of what is done for each exchange. */
function add(detail: i32, sourcePort: i32): i32 {
  if ((detail & WITH_SOURCE) !== 0) countFamily(GROUP_SOURCES, detail & ~WITH_SOURCE);
  if ((detail & WITH_PORT) !== 0) countFamily(GROUP_PORTS, detail & ~WITH_PORT);
  const number = load<i32>(S_GROUPS);
  store<i32>(S_GROUPS, number + 1);
  enter(hashOf(detail), number + 1);
  const at = GROUPS + (number << 6);
  store<i32>(at, sigLow);
  store<i32>(at, sigHigh, 4);
  store<i32>(at, src, 8);
  store<i32>(at, dst, 12);
  store<i32>(at, port, 16);
  store<i32>(at, protocol | (4 << 16) | (detail << 24), 20);
  store<i32>(at, 0xffff0000, 24);
  store<i32>(at, sourcePort, 28);
  store<f64>(at, f64.POSITIVE_INFINITY, 40);
  store<f64>(at, f64.NEGATIVE_INFINITY, 48);
  return at;
}

function countFamily(families: i32, detail: i32): void {
  const at = families + ((hashOf(detail) & (BUCKETS - 1)) << 1);
  const count = <i32>load<u16>(at) + 1;
  store<u16>(at, count);
  if (families === GROUP_PORTS && count >= FAMILY_LIMIT) store<i32>(S_MANY_PORTS, 1);
}

function enter(hash: i32, held: i32): void {
  let bucket = hash & (BUCKETS - 1);
  const home = GROUP_HOMES + ((bucket >> 5) << 2);
  store<i32>(home, load<i32>(home) | (1 << (bucket & 31)));
  while (load<i32>(GROUP_BUCKETS + (bucket << 2)) !== 0) bucket = (bucket + 1) & (BUCKETS - 1);
  store<i32>(GROUP_BUCKETS + (bucket << 2), (hash & TAG) | held);
}

export function countGroup(at: i32, sourcePort: i32, size: i32, first: f64, last: f64): void {
  store<f64>(at, load<f64>(at, 32) + 1, 32);
  if (load<i32>(at, 28) !== sourcePort) store<i32>(at, SEVERAL, 28);
  if (size < <i32>load<u16>(at, 26)) store<u16>(at, size, 26);
  if (size > <i32>load<u16>(at, 24)) store<u16>(at, size, 24);
  if (first < load<f64>(at, 40)) store<f64>(at, first, 40);
  if (last > load<f64>(at, 48)) store<f64>(at, last, 48);
}

export function lacksExample(at: i32): bool {
  return load<i32>(at, 56) < (load<i32>(S_GROUPS) > GROUPS_WITH_EXAMPLES ? 1 : EXAMPLES);
}

/** Keeps a copy of the ring's entry as an example of the group. */
export function keepExample(at: i32, entry: i32): void {
  const kept = load<i32>(at, 56);
  const number = load<i32>(S_EXAMPLES);
  const to = KEPT + (number << 6);
  memory.copy(to, entry, 64);
  const ack = EXAMPLE_ACKS + number * ACK_BYTES;
  if (load<i32>(entry, P_ACK_FRAME) !== 0) memory.copy(ack, ackOf(entry), ACK_BYTES);
  else store<i32>(ack, 0, A_FRAME);
  store<i32>(to, kept === 0 ? -1 : load<i32>(at, 60), P_OLDER);
  store<i32>(S_EXAMPLES, number + 1);
  store<i32>(at, kept + 1, 56);
  store<i32>(at, number, 60);
}

function search(detail: i32): i32 {
  const hash = hashOf(detail);
  const tag = hash & TAG;
  const kind = protocol | (4 << 16) | (detail << 24);
  let bucket = hash & (BUCKETS - 1);
  if (!isHome(bucket)) return 0;
  let held = load<i32>(GROUP_BUCKETS + (bucket << 2));
  while (held !== 0) {
    const at = GROUPS + (((held & ~TAG) - 1) << 6);
    if ((held & TAG) === tag && isGroup(at, kind, detail)) return at;
    bucket = (bucket + 1) & (BUCKETS - 1);
    held = load<i32>(GROUP_BUCKETS + (bucket << 2));
  }
  return 0;
}

/** Whether a group would be searched for from this bucket on: a bit each, so that it stays in the nearest cache. */
function isHome(bucket: i32): bool {
  return ((load<u32>(GROUP_HOMES + ((bucket >> 5) << 2)) >> (bucket & 31)) & 1) !== 0;
}

function isGroup(at: i32, kind: i32, detail: i32): bool {
  return (
    load<i32>(at, 20) === kind &&
    ((detail & WITH_SIGNATURE) === 0 || (load<i32>(at) === sigLow && load<i32>(at, 4) === sigHigh)) &&
    ((detail & WITH_SOURCE) === 0 || load<i32>(at, 8) === src) &&
    ((detail & WITH_ADDRESS) === 0 || load<i32>(at, 12) === dst) &&
    ((detail & WITH_PORT) === 0 || load<i32>(at, 16) === port)
  );
}

function coarser(detail: i32): i32 {
  const limit = well ? WELL_LIMIT : GROUPS_LIMIT;
  // The usual case first, which needs no look at the sources: what would be left out for them is left out all the same.
  const full = (detail & WITH_SOURCE) !== 0 && load<i32>(S_GROUPS) >= limit;
  if (full && !((detail & WITH_PORT) !== 0 && asksManyPorts(detail))) return detail & ~WITH_SOURCE;
  if ((detail & WITH_SOURCE) !== 0 && isFamily(GROUP_SOURCES, detail & ~WITH_SOURCE))
    return detail & ~WITH_SOURCE;
  if ((detail & WITH_PORT) !== 0 && asksManyPorts(detail)) return detail & ~WITH_PORT;
  const length = load<i32>(S_GROUPS);
  if (length < limit) return detail;
  if ((detail & WITH_SOURCE) !== 0) return detail & ~WITH_SOURCE;
  if ((detail & WITH_PORT) !== 0) return detail & ~WITH_PORT;
  if (length < GROUPS_LIMIT * 2) return detail;
  if ((detail & WITH_ADDRESS) !== 0) return detail & ~WITH_ADDRESS;
  return length < GROUPS_LIMIT * 3 ? detail : detail & ~WITH_SIGNATURE;
}

function asksManyPorts(detail: i32): bool {
  return load<i32>(S_MANY_PORTS) !== 0 && isFamily(GROUP_PORTS, detail & ~WITH_PORT);
}

function isFamily(families: i32, detail: i32): bool {
  return <i32>load<u16>(families + ((hashOf(detail) & (BUCKETS - 1)) << 1)) >= FAMILY_LIMIT;
}

function hashOf(detail: i32): i32 {
  let hash = (detail ^ (protocol << 8) ^ 4) * 0x9e3779b1;
  if ((detail & WITH_SIGNATURE) !== 0) hash ^= sigLow;
  if ((detail & WITH_SOURCE) !== 0) hash ^= src * 0x85ebca6b;
  if ((detail & WITH_ADDRESS) !== 0) hash = (hash ^ dst) * 0xc2b2ae35;
  if ((detail & WITH_PORT) !== 0) hash ^= port * 0x27d4eb2f;
  hash = (hash ^ i32(u32(hash) >> 15)) * 0x165667b1;
  return hash ^ i32(u32(hash) >> 13);
}
