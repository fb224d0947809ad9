import { addAck } from './acks.ts';
import { F_ACK, F_DST, F_HEADER, F_KEY, F_PORTS, F_SEQ, F_SRC, indexOf } from './batch.ts';
import { makeRoom } from './close.ts';
import { addConnection } from './connections.ts';
import { knowsNone } from './env.ts';
import { SEGMENT, SYN, SYN_ACK } from './kinds.ts';
import {
  KEY_COUNTS,
  KEY_SLOTS,
  S_EARLY_DATA,
  S_LAST_NS,
  S_LIMIT,
  S_LIVE,
  S_NOW_NS,
  S_NUMBER,
  S_SINCE_EXPIRY,
  S_TABLE_SIZE,
  S_WINDOW_NS,
} from './layout.ts';
import { CROWDED, REFUSED, TAKEN } from './outcomes.ts';
import { kindPlaceOf } from './profiles.ts';
import {
  A_ACK,
  A_FRAME,
  A_HEADER,
  A_PROFILE,
  A_TIME,
  ackOf,
  addToRing,
  NONE,
  onlyEntry,
  P_ACK,
  P_ACK_FRAME,
  P_ANSWERED,
  P_ASKED,
  P_DST,
  P_FRAME,
  P_HEADER,
  P_PORTS,
  P_PROFILES,
  P_REPLY_FRAME,
  P_REPLY_HEADER,
  P_REPLY_SEQ,
  P_SEQ,
  ringFull,
  roomFor,
  VOID,
} from './ring.ts';

/** Whether an exchange of the key, or of one that shares some of its bits, is in the table. */
function mayBeInTable(key: i32): bool {
  // Mostly it is empty: then no line of the counts has to be fetched.
  return load<i32>(S_TABLE_SIZE) !== 0 && load<u8>(KEY_COUNTS + (key & (KEY_SLOTS - 1))) !== 0;
}

/** Opens an exchange that nothing open resembles: REFUSED, TAKEN or CROWDED. */
export function openExchange(f: i32, kind: i32, profile: i32, time: f64): i32 {
  const src = load<i32>(f, F_SRC);
  const dst = load<i32>(f, F_DST);
  const key = load<i32>(f, F_KEY);
  if (src === dst) return REFUSED;
  const slot = roomFor(f, key);
  if (slot === NONE) return REFUSED;
  if (mayBeInTable(key) && knowsNone(key, dst) === 0) return REFUSED;
  if (load<i32>(S_TABLE_SIZE) + load<i32>(S_LIVE) >= load<i32>(S_LIMIT) && !makeRoom(time))
    return crowded(time);
  if (ringFull()) return crowded(time);
  const at = addToRing(slot, key);
  v128.store(at, v128.load(f));
  store<i32>(at, load<i32>(f, F_ACK), P_ACK);
  store<i32>(at, load<i32>(S_NUMBER) + 1 + indexOf(f), P_FRAME);
  store<i32>(at, 0, P_REPLY_FRAME);
  store<i32>(at, load<i32>(f, F_HEADER), P_HEADER);
  store<i32>(at, profile << 16, P_PROFILES);
  store<i32>(at, 0, P_ACK_FRAME);
  store<f64>(at, time, P_ASKED);
  store<i32>(S_LIVE, load<i32>(S_LIVE) + 1);
  if (kind === SYN) remember(f, true);
  return taken(time);
}

function crowded(time: f64): i32 {
  store<f64>(S_NOW_NS, time);
  return CROWDED;
}

function taken(time: f64): i32 {
  store<f64>(S_LAST_NS, time);
  store<i32>(S_SINCE_EXPIRY, load<i32>(S_SINCE_EXPIRY) + 1);
  return TAKEN;
}

/**
 * Answers an exchange or ends its handshake; REFUSED: more may come of the frame. Replies and segments are searched for in one
 * place, so that the search becomes part of this.
 */
export function continueExchange(f: i32, kind: i32, profile: i32, time: f64): i32 {
  const at = onlyEntry(f, load<i32>(f, F_KEY));
  return kind === SEGMENT ? endHandshake(f, at, profile, time) : answerExchange(f, at, kind, profile, time);
}

/** Answers the one exchange that it fits and that has no reply yet; REFUSED: there is none. */
function answerExchange(f: i32, at: i32, kind: i32, profile: i32, time: f64): i32 {
  const src = load<i32>(f, F_SRC);
  const key = load<i32>(f, F_KEY);
  if (at <= NONE) return REFUSED;
  // What its key is made of was compared.
  if (((load<i32>(at, P_DST) ^ src) | load<i32>(at, P_REPLY_FRAME) | misfit(f, at, kind)) !== 0)
    return REFUSED;
  const profiles = load<i32>(at, P_PROFILES);
  if (profiles === VOID) return REFUSED;
  if (mayBeInTable(key) && knowsNone(key, src) === 0) return REFUSED;
  const waited = time - load<f64>(at, P_ASKED);
  if (waited < 0) return REFUSED;
  if (waited > load<f64>(S_WINDOW_NS)) return REFUSED;
  if (kind === SYN_ACK && !remember(f, false)) return REFUSED;
  store<i32>(at, load<i32>(S_NUMBER) + 1 + indexOf(f), P_REPLY_FRAME);
  store<i32>(at, load<i32>(f, F_SEQ), P_REPLY_SEQ);
  store<i32>(at, load<i32>(f, F_HEADER), P_REPLY_HEADER);
  store<i32>(at, profiles | profile, P_PROFILES);
  store<f64>(at, time, P_ANSWERED);
  return taken(time);
}

/**
 * The last step of a handshake joins its exchange, the first at its place that is one. A segment that belongs to no exchange
 * that is open, or bears the number of that step after it, is none.
 */
export function endHandshake(f: i32, at: i32, profile: i32, time: f64): i32 {
  const dst = load<i32>(f, F_DST);
  const key = load<i32>(f, F_KEY);
  if (mayBeInTable(key) && knowsNone(key, dst) === 0) return REFUSED;
  // Its number may be behind the data of a SYN.
  if (at === NONE) return load<i32>(S_EARLY_DATA) === 0 ? taken(time) : REFUSED;
  if (at < NONE) return REFUSED;
  if (((load<i32>(at, P_DST) ^ dst) | (load<i32>(at, P_PORTS) ^ load<i32>(f, F_PORTS))) !== 0) return REFUSED;
  if (load<i32>(at, P_PROFILES) === VOID || load<i32>(at, P_REPLY_FRAME) === 0) return REFUSED;
  const ack = ackOf(at);
  if (load<i32>(at, P_ACK_FRAME) !== 0) {
    return kindPlaceOf(load<i32>(ack, A_PROFILE)) === kindPlaceOf(profile) ? taken(time) : REFUSED;
  }
  const waited = time - load<f64>(at, P_ANSWERED);
  if (waited < 0 || waited > load<f64>(S_WINDOW_NS)) return REFUSED;
  const frame = load<i32>(S_NUMBER) + 1 + indexOf(f);
  store<i32>(at, frame, P_ACK_FRAME);
  store<f64>(ack, time, A_TIME);
  store<i32>(ack, frame, A_FRAME);
  store<i32>(ack, load<i32>(f, F_ACK), A_ACK);
  store<i32>(ack, load<i32>(f, F_HEADER), A_HEADER);
  store<i32>(ack, profile, A_PROFILE);
  return taken(time);
}

/** What is not in its key: of an echo message its data, of a SYN-ACK the other port; 0 where the reply fits. */
function misfit(f: i32, at: i32, kind: i32): i32 {
  if (kind === SYN_ACK) return load<i32>(at, P_PORTS) ^ rotl<i32>(load<i32>(f, F_PORTS), 16);
  return (load<i32>(at, P_SEQ) ^ load<i32>(f, F_SEQ)) | (load<i32>(at, P_ACK) ^ load<i32>(f, F_ACK));
}

/**
 * Later segments of the connection are told by it from all others. False: the SYN-ACK bears another number than is known of its
 * connection, perhaps because it acknowledges data that came with the SYN.
 */
export function remember(f: i32, syn: bool): bool {
  const ports = load<i32>(f, F_PORTS);
  const added = addConnection(
    load<i32>(f, F_SRC),
    load<i32>(f, F_DST),
    ports >>> 16,
    ports & 0xffff,
    syn,
    syn ? load<i32>(f, F_SEQ) : load<i32>(f, F_ACK) - 1,
  );
  if (added) addAck(load<i32>(f, F_KEY));
  return added;
}
