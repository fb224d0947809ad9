import { addAck } from './acks.ts';
import { F_ACK, F_DST, F_HEADER, F_KEY, F_KIND, F_PORTS, F_SEQ, F_SRC, indexOf } from './batch.ts';
import { makeRoom } from './close.ts';
import { addConnection } from './connections.ts';
import { knowsNone } from './env.ts';
import { SEGMENT, SYN } from './kinds.ts';
import { KEY_COUNTS, KEY_SLOTS, S_EARLY_DATA, S_LIVE, S_NOW_NS, S_NUMBER, S_WINDOW_NS } from './layout.ts';
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
  isSyn,
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
  P_SRC,
  ringFull,
  roomFor,
  VOID,
} from './ring.ts';

function tableKnowsNone(key: i32, asked: i32): bool {
  return load<u8>(KEY_COUNTS + (key & (KEY_SLOTS - 1))) === 0 || knowsNone(key, asked) !== 0;
}

/** Opens an exchange that nothing open resembles: REFUSED, TAKEN or CROWDED. */
export function openExchange(f: i32, tcp: bool, profile: i32, time: f64): i32 {
  const src = load<i32>(f, F_SRC);
  const dst = load<i32>(f, F_DST);
  const key = load<i32>(f, F_KEY);
  if (src === dst) return REFUSED;
  const slot = roomFor(f, key);
  if (slot === 0 || !tableKnowsNone(key, dst)) return REFUSED;
  if (!makeRoom(time) || ringFull()) {
    store<f64>(S_NOW_NS, time);
    return CROWDED;
  }
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
  if (tcp) remember(f, true);
  return TAKEN;
}

/**
 * Answers an exchange or ends its handshake; false: more may come of the frame. Replies and segments are searched for in one
 * place, so that the search becomes part of this.
 */
export function continueExchange(f: i32, profile: i32, time: f64): bool {
  const key = load<i32>(f, F_KEY);
  const at = onlyEntry(f, key);
  const kind = load<i32>(f, F_KIND);
  return kind === SEGMENT
    ? endHandshake(f, at, profile, time)
    : answerExchange(f, at, kind > SYN, profile, time);
}

/** Answers the one exchange that it fits and that has no reply yet; false: there is none. */
function answerExchange(f: i32, at: i32, tcp: bool, profile: i32, time: f64): bool {
  const src = load<i32>(f, F_SRC);
  const dst = load<i32>(f, F_DST);
  if (at <= NONE || !tableKnowsNone(load<i32>(f, F_KEY), src)) return false;
  const profiles = load<i32>(at, P_PROFILES);
  if (
    load<i32>(at, P_SRC) !== dst ||
    load<i32>(at, P_DST) !== src ||
    load<i32>(at, P_REPLY_FRAME) !== 0 ||
    profiles === VOID ||
    isSyn(at) !== tcp ||
    !fits(f, at, tcp)
  ) {
    return false;
  }
  const asked = load<f64>(at, P_ASKED);
  if (time < asked || time - asked > load<f64>(S_WINDOW_NS)) return false;
  if (tcp && !remember(f, false)) return false;
  store<i32>(at, load<i32>(S_NUMBER) + 1 + indexOf(f), P_REPLY_FRAME);
  store<i32>(at, load<i32>(f, F_SEQ), P_REPLY_SEQ);
  store<i32>(at, load<i32>(f, F_HEADER), P_REPLY_HEADER);
  store<i32>(at, profiles | profile, P_PROFILES);
  store<f64>(at, time, P_ANSWERED);
  return true;
}

/**
 * The last step of a handshake joins its exchange, the first at its place that is one. A segment that belongs to no exchange
 * that is open, or bears the number of that step after it, is none.
 */
export function endHandshake(f: i32, at: i32, profile: i32, time: f64): bool {
  const dst = load<i32>(f, F_DST);
  if (!tableKnowsNone(load<i32>(f, F_KEY), dst)) return false;
  // Its number may be behind the data of a SYN.
  if (at === NONE) return load<i32>(S_EARLY_DATA) === 0;
  if (
    at < NONE ||
    load<i32>(at, P_PROFILES) === VOID ||
    load<i32>(at, P_DST) !== dst ||
    load<i32>(at, P_PORTS) !== load<i32>(f, F_PORTS) ||
    load<i32>(at, P_REPLY_FRAME) === 0
  ) {
    return false;
  }
  const ack = ackOf(at);
  if (load<i32>(at, P_ACK_FRAME) !== 0) {
    return kindPlaceOf(load<i32>(ack, A_PROFILE)) === kindPlaceOf(profile);
  }
  const answered = load<f64>(at, P_ANSWERED);
  if (time < answered || time - answered > load<f64>(S_WINDOW_NS)) return false;
  const frame = load<i32>(S_NUMBER) + 1 + indexOf(f);
  store<i32>(at, frame, P_ACK_FRAME);
  store<f64>(ack, time, A_TIME);
  store<i32>(ack, frame, A_FRAME);
  store<i32>(ack, load<i32>(f, F_ACK), A_ACK);
  store<i32>(ack, load<i32>(f, F_HEADER), A_HEADER);
  store<i32>(ack, profile, A_PROFILE);
  return true;
}

function fits(f: i32, at: i32, tcp: bool): bool {
  const ports = load<i32>(f, F_PORTS);
  const ack = load<i32>(f, F_ACK);
  if (tcp) return load<i32>(at, P_PORTS) === rotl<i32>(ports, 16) && load<i32>(at, P_SEQ) === ack - 1;
  return (
    load<i32>(at, P_PORTS) === ports &&
    load<i32>(at, P_SEQ) === load<i32>(f, F_SEQ) &&
    load<i32>(at, P_ACK) === ack
  );
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
