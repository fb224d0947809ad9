import {
  EXAMPLE_ACKS,
  GROUP_BUCKETS,
  GROUP_HOMES,
  GROUP_MEMOS,
  GROUP_PORTS,
  GROUP_SOURCES,
  GROUPS,
  EXAMPLES as KEPT,
  S_EXAMPLES,
  S_GROUPS,
  S_GROUPS_AGE,
  S_MANY_PORTS,
} from './layout.ts';
import { L_HIGH, L_LOW, L_WELL } from './looks.ts';
import { A_FRAME, ACK_BYTES, P_ACK_FRAME, P_OLDER } from './ring.ts';

const WITH_SOURCE = 1;
const WITH_PORT = 2;
const WITH_ADDRESS = 4;
const WITH_SIGNATURE = 8;
const FULL = WITH_SOURCE | WITH_ADDRESS | WITH_SIGNATURE;
const ICMP = 1;
const TCP = 6;
const GROUPS_LIMIT = 4096;
const WELL_LIMIT = 512;
const FAMILY_LIMIT = 64;
const BUCKETS = 32768;
const TAG = ~(BUCKETS - 1);
const GROUPS_WITH_EXAMPLES = 512;
const EXAMPLES = 4;
const SEVERAL = -1;
const NO_PORT = -1;
/** As `kindOf` and `hashOf` tell them of all details. */
const KIND_ICMP = ICMP | (4 << 16) | (FULL << 24);
const KIND_TCP = TCP | (4 << 16) | ((FULL | WITH_PORT) << 24);
const SEED_ICMP: i32 = (FULL ^ (ICMP << 8) ^ 4) * 0x9e3779b1;
const SEED_TCP: i32 = ((FULL | WITH_PORT) ^ (TCP << 8) ^ 4) * 0x9e3779b1;

/** What groups are found for whatever source: 4096 times address asked, look and port, age, group. */
const MEMO_SHIFT = 20;

/** Of what is searched for at length. */
let sigLow: i32 = 0;
let sigHigh: i32 = 0;
let protocol: i32 = 0;
let src: i32 = 0;
let dst: i32 = 0;
let port: i32 = 0;
let well: bool = false;

/** As `GroupStore.find` and `add`, of an IPv4 exchange with that look (`looks.ts`): the byte offset of the group. */
export function groupOf(look: i32, tcp: i32, ofSrc: i32, ofDst: i32, ports: i32): i32 {
  const low = load<i32>(look, L_LOW);
  const high = load<i32>(look, L_HIGH);
  const ofPort = tcp === 0 ? 0 : ports & 0xffff;
  const told = tcp === 0 ? NO_PORT : ofPort;
  const hash = hashWith(tcp === 0 ? SEED_ICMP : SEED_TCP, low, ofSrc, ofDst, ofPort);
  let bucket = hash & (BUCKETS - 1);
  if (homeOf(bucket) !== 0) {
    const kind = tcp === 0 ? KIND_ICMP : KIND_TCP;
    let held = load<i32>(GROUP_BUCKETS + (bucket << 2));
    while (held !== 0) {
      if (((held ^ hash) & TAG) === 0) {
        const at = GROUPS + (((held & ~TAG) - 1) << 6);
        // Without branches, which would have to be guessed anew for each exchange.
        const signature = (load<i32>(at) ^ low) | (load<i32>(at, 4) ^ high);
        const ends = (load<i32>(at, 8) ^ ofSrc) | (load<i32>(at, 12) ^ ofDst) | (load<i32>(at, 16) ^ told);
        if ((signature | ends | (load<i32>(at, 20) ^ kind)) === 0) return at;
      }
      bucket = (bucket + 1) & (BUCKETS - 1);
      held = load<i32>(GROUP_BUCKETS + (bucket << 2));
    }
  }
  const what = (look << 16) | ofPort;
  const memo = GROUP_MEMOS + ((u32((ofDst ^ (what * 0x9e3779b1)) * 0x85ebca6b) >> MEMO_SHIFT) << 4);
  const missed = (load<i32>(memo) ^ ofDst) | (load<i32>(memo, 4) ^ what);
  if ((missed | (load<i32>(memo, 8) ^ load<i32>(S_GROUPS_AGE))) === 0) return load<i32>(memo, 12);
  sigLow = low;
  sigHigh = high;
  protocol = tcp === 0 ? ICMP : TCP;
  src = ofSrc;
  dst = ofDst;
  port = told;
  well = load<i32>(look, L_WELL) === 1;
  return searchCoarser(memo, what, ports >>> 16);
}

/** Seldom: what it finds is remembered where it does not depend on the source. */
function searchCoarser(memo: i32, what: i32, sourcePort: i32): i32 {
  let detail = fullDetail();
  let at = 0;
  while (at === 0) {
    const less = coarser(detail);
    if (less === detail) return add(detail, sourcePort);
    detail = less;
    at = search(detail);
  }
  if (load<i32>(S_GROUPS) < limit() || (port !== NO_PORT && load<i32>(S_MANY_PORTS) !== 0)) return at;
  store<i32>(memo, dst);
  store<i32>(memo, what, 4);
  store<i32>(memo, load<i32>(S_GROUPS_AGE), 8);
  store<i32>(memo, at, 12);
  return at;
}

function fullDetail(): i32 {
  return port === NO_PORT ? FULL : FULL | WITH_PORT;
}

/** Almost never: kept out of the way of what is done for each exchange. */
function add(detail: i32, sourcePort: i32): i32 {
  if ((detail & WITH_SOURCE) !== 0) countFamily(GROUP_SOURCES, detail & ~WITH_SOURCE);
  if ((detail & WITH_PORT) !== 0) countFamily(GROUP_PORTS, detail & ~WITH_PORT);
  const number = load<i32>(S_GROUPS);
  store<i32>(S_GROUPS, number + 1);
  store<i32>(S_GROUPS_AGE, load<i32>(S_GROUPS_AGE) + 1);
  enter(hashOf(detail), number + 1, detail === fullDetail());
  const at = GROUPS + (number << 6);
  store<i32>(at, sigLow);
  store<i32>(at, sigHigh, 4);
  store<i32>(at, src, 8);
  store<i32>(at, dst, 12);
  store<i32>(at, port, 16);
  store<i32>(at, kindOf(detail), 20);
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

function enter(hash: i32, held: i32, full: bool): void {
  let bucket = hash & (BUCKETS - 1);
  const home = GROUP_HOMES + ((bucket >> 5) << 2);
  if (full) store<i32>(home, load<i32>(home) | (1 << (bucket & 31)));
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

/** How many a group may have now. */
export function mostExamples(): i32 {
  return load<i32>(S_GROUPS) > GROUPS_WITH_EXAMPLES ? 1 : EXAMPLES;
}

export function examplesOf(at: i32): i32 {
  return load<i32>(at, 56);
}

/** Keeps a copy of the ring's entry, and of the last step of its handshake, as an example of the group. */
export function keepExample(at: i32, entry: i32, ack: i32): void {
  const kept = load<i32>(at, 56);
  const number = load<i32>(S_EXAMPLES);
  const to = KEPT + (number << 6);
  const toAck = EXAMPLE_ACKS + number * ACK_BYTES;
  memory.copy(to, entry, 64);
  if (load<i32>(entry, P_ACK_FRAME) !== 0) memory.copy(toAck, ack, ACK_BYTES);
  else store<i32>(toAck, 0, A_FRAME);
  store<i32>(to, kept === 0 ? -1 : load<i32>(at, 60), P_OLDER);
  store<i32>(S_EXAMPLES, number + 1);
  store<i32>(at, kept + 1, 56);
  store<i32>(at, number, 60);
}

function search(detail: i32): i32 {
  const hash = hashOf(detail);
  let bucket = hash & (BUCKETS - 1);
  let held = load<i32>(GROUP_BUCKETS + (bucket << 2));
  while (held !== 0) {
    if (((held ^ hash) & TAG) === 0) {
      const at = GROUPS + (((held & ~TAG) - 1) << 6);
      if (differ(at, detail) === 0) return at;
    }
    bucket = (bucket + 1) & (BUCKETS - 1);
    held = load<i32>(GROUP_BUCKETS + (bucket << 2));
  }
  return 0;
}

/**
 * Not 0 where a group of all details would be searched for from this bucket on: a bit each, so that it stays in the nearest
 * cache.
 */
function homeOf(bucket: i32): i32 {
  return (load<i32>(GROUP_HOMES + ((bucket >> 5) << 2)) >>> (bucket & 31)) & 1;
}

/** All bits, if the detail is kept; else none. */
function kept(detail: i32, which: i32): i32 {
  return (detail & which) === 0 ? 0 : -1;
}

/** 0 where what the group keeps is the exchange's. */
function differ(at: i32, detail: i32): i32 {
  const kind = load<i32>(at, 20) ^ kindOf(detail);
  const signature = ((load<i32>(at) ^ sigLow) | (load<i32>(at, 4) ^ sigHigh)) & kept(detail, WITH_SIGNATURE);
  const source = (load<i32>(at, 8) ^ src) & kept(detail, WITH_SOURCE);
  const address = (load<i32>(at, 12) ^ dst) & kept(detail, WITH_ADDRESS);
  return kind | signature | source | address | ((load<i32>(at, 16) ^ port) & kept(detail, WITH_PORT));
}

function kindOf(detail: i32): i32 {
  return protocol | (4 << 16) | (detail << 24);
}

function limit(): i32 {
  return well ? WELL_LIMIT : GROUPS_LIMIT;
}

function coarser(detail: i32): i32 {
  if ((detail & WITH_SOURCE) !== 0 && isFamily(GROUP_SOURCES, detail & ~WITH_SOURCE))
    return detail & ~WITH_SOURCE;
  if ((detail & WITH_PORT) !== 0 && asksManyPorts(detail)) return detail & ~WITH_PORT;
  const length = load<i32>(S_GROUPS);
  if (length < limit()) return detail;
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
  const low = sigLow & kept(detail, WITH_SIGNATURE);
  const address = dst & kept(detail, WITH_ADDRESS);
  const seed = (detail ^ (protocol << 8) ^ 4) * 0x9e3779b1;
  return hashWith(seed, low, src & kept(detail, WITH_SOURCE), address, port & kept(detail, WITH_PORT));
}

/** @param low and what follows: 0 where it is left out */
function hashWith(seed: i32, low: i32, source: i32, address: i32, ofPort: i32): i32 {
  let hash = seed ^ low ^ (source * 0x85ebca6b);
  hash = ((hash ^ address) * 0xc2b2ae35) ^ (ofPort * 0x27d4eb2f);
  hash = (hash ^ i32(u32(hash) >> 15)) * 0x165667b1;
  return hash ^ i32(u32(hash) >> 13);
}
