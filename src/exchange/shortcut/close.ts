import { addClosed, countClosed } from './closed.ts';
import { groupOf } from './groups.ts';
import { SYN } from './kinds.ts';
import {
  S_EXCHANGES,
  S_LAST_NS,
  S_LEFT_EARLY,
  S_LIVE,
  S_SINCE_EXPIRY,
  S_SINCE_NS,
  S_TABLE_QUEUED,
  S_TABLE_SIZE,
  S_UNTIL_NS,
  S_WINDOW_NS,
} from './layout.ts';
import { isLook, lookOf } from './looks.ts';
import { kindPlaceOf } from './profiles.ts';
import {
  A_PROFILE,
  ackOf,
  dropOldest,
  isAnswered,
  lastTime,
  oldest,
  P_ACK_FRAME,
  P_ASKED,
  P_DST,
  P_PORTS,
  P_PROFILES,
  P_SRC,
  ringSize,
  VOID,
} from './ring.ts';

const NO_REPLY = -1;
const NO_ACK = 0;
const SETTLED_NS: f64 = 1e8;

/** Closes the oldest exchange of the ring, if its like was described; false: the table must have it. It is yet to be counted. */
export function closeOldest(early: bool): bool {
  const at = oldest();
  const profiles = load<i32>(at, P_PROFILES);
  if (profiles === VOID) {
    dropOldest();
    return true;
  }
  const first = load<f64>(at, P_ASKED);
  if (first < load<f64>(S_SINCE_NS)) return false;
  if (first > load<f64>(S_UNTIL_NS)) return false;
  const request = kindPlaceOf(profiles >>> 16);
  const reply = isAnswered(at) ? kindPlaceOf(profiles & 0xffff) : NO_REPLY;
  const ack = load<i32>(at, P_ACK_FRAME) !== 0 ? kindPlaceOf(load<i32>(ackOf(at), A_PROFILE)) : NO_ACK;
  const look = lookOf(request, reply, ack);
  if (!isLook(look, request, reply, ack)) return false;
  const tcp = i32((request & 0xff) === SYN);
  addClosed(at, groupOf(look, tcp, load<i32>(at, P_SRC), load<i32>(at, P_DST), load<i32>(at, P_PORTS)));
  store<i32>(S_EXCHANGES, load<i32>(S_EXCHANGES) + 1);
  if (early) store<i32>(S_LEFT_EARLY, load<i32>(S_LEFT_EARLY) + 1);
  store<i32>(at, VOID, P_PROFILES);
  store<i32>(S_LIVE, load<i32>(S_LIVE) - 1);
  dropOldest();
  return true;
}

/**
 * Closes those last seen before `before` and asked no later than `notAfter`, oldest first, up to one that was not. False: the
 * next one must go to the table.
 */
export function closeUntil(before: f64, notAfter: f64): bool {
  while (ringSize() > 0) {
    const at = oldest();
    const open = load<i32>(at, P_PROFILES) !== VOID;
    if (open && (lastTime(at, ackOf(at)) >= before || load<f64>(at, P_ASKED) > notAfter)) return true;
    if (!closeOldest(false)) return false;
  }
  return true;
}

/** What has waited for its reply too long is closed; false: some of it must go to the table. */
export function expire(): bool {
  store<i32>(S_SINCE_EXPIRY, 0);
  const before = load<f64>(S_LAST_NS) - load<f64>(S_WINDOW_NS);
  return load<f64>(S_TABLE_QUEUED) >= before && closeUntil(before, Infinity);
}

/** As `OpenExchanges.makeRoom`, where as many are open as may be; false: that must see to it. */
export function makeRoom(now: f64): bool {
  let at = oldest();
  for (;;) {
    if (ringSize() === 0) return false;
    if (load<i32>(at, P_PROFILES) !== VOID) break;
    dropOldest();
    at = oldest();
  }
  const asked = load<f64>(at, P_ASKED);
  if (load<i32>(S_TABLE_SIZE) > 0 && asked >= load<f64>(S_TABLE_QUEUED)) return false;
  const last = lastTime(at, ackOf(at));
  // It is over anyway.
  if (last < now - load<f64>(S_WINDOW_NS)) return closeOldest(false);
  return closeOldest(!isAnswered(at) || now - last < SETTLED_NS);
}

/** For those who look at the groups next. */
export function closeOldestAndCount(early: bool): bool {
  const closed = closeOldest(early);
  countClosed();
  return closed;
}

export function closeUntilAndCount(before: f64, notAfter: f64): bool {
  const closed = closeUntil(before, notAfter);
  countClosed();
  return closed;
}
