import type { HostIdentity, InterfaceIdentity } from '../addr/identity.ts';
import { type Family, isLinkLocal, isLoopback } from '../addr/ip.ts';
import { addNanos, compareTime, later, type Time } from '../addr/time.ts';
import type { Coverage, Protocol } from '../exchange/exchange.ts';
import type { Witness, WitnessGap } from './finding.ts';
import type { Roles } from './roles.ts';

/**
 * How far from a capture's first and last frame it is still taken to have been running. A filtered capture of a quiet
 * link shows few frames, so its frames alone mark its time only roughly.
 */
const QUIET_NS = 60e9;
/** So long before the last frame a reply would have been seen, if not a frame behind it was lost. */
const UNDER_WAY_NS = 500e6;

/** Packets that are not seen somewhere: how many, between which times (reference clock), of which family and protocol. */
export interface Absence {
  readonly first: Time;
  readonly last: Time;
  readonly count: number;
  readonly family: Family;
  readonly protocol: Protocol;
}

/** Whether the captures of both ends can bear witness to an absence. */
export function witnessOf(
  roles: Roles,
  absence: Absence,
  coverage: readonly Coverage[],
  identities: readonly HostIdentity[],
): Witness {
  const gaps = (role: Role) => gapsOf(role, roles[role], absence, coverage, identities);
  const originator = gaps('originator');
  const responder = gaps('responder');
  const disordered = disorderOf(roles, coverage);
  // What the originator misses came in.
  const hidesReply = (gap: WitnessGap) =>
    hides(gap, absence) && !(gap.kind === 'one-direction' && gap.direction === 'in');
  return {
    originatorCovered: disordered.length === 0 && !originator.some(hidesReply),
    responderCovered: disordered.length === 0 && !responder.some((gap) => hides(gap, absence)),
    missing: [...originator, ...responder, ...disordered],
  };
}

/** What either end saw may be there and was not found. */
function disorderOf({ originator, responder }: Roles, coverage: readonly Coverage[]): WitnessGap[] {
  return coverage
    .filter(({ host, disordered }) => disordered && (host === originator || host === responder))
    .map(({ host, file }) => ({ kind: 'disordered', host, file }));
}

type Role = 'originator' | 'responder';

/** Damage, an empty capture and fewer drops than packets missed weaken an absence; the other gaps leave no witness. */
function hides(gap: WitnessGap, { count }: Absence): boolean {
  if (gap.kind === 'kernel-drops') return gap.dropped >= count;
  return gap.kind !== 'damaged' && gap.kind !== 'no-frames';
}

function gapsOf(
  role: Role,
  host: string | null,
  absence: Absence,
  coverage: readonly Coverage[],
  identities: readonly HostIdentity[],
): WitnessGap[] {
  const captures = coverage.filter((one) => one.host === host);
  if (host === null || captures.length === 0) return [{ kind: 'no-capture', host, role }];
  const then = captures.filter((one) => ranThen(one, captures, absence));
  if (then.length === 0) return [{ kind: 'other-time', host, role }];
  const empty = then.every((one) => one.frames === 0) ? [{ kind: 'no-frames', host, role } as const] : [];
  const identity = identities.find((one) => one.host === host);
  return [
    ...empty,
    ...interfaceGaps(host, then, absence.family, identity),
    ...directionGaps(host, then),
    ...lossGaps(host, then),
    ...cutGaps(host, then, absence.protocol),
  ];
}

/**
 * An empty capture that was handed in with the others is taken to have run: nothing came by is what it says. A capture
 * that was rotated covers what its files cover together.
 */
function ranThen(one: Coverage, captures: readonly Coverage[], { first, last }: Absence): boolean {
  if (one.frames === 0) return !one.damaged;
  const same = JSON.stringify(one.interfaces);
  const parts = captures
    .flatMap(({ first: from, last: to, interfaces, cut }) =>
      from && to && JSON.stringify(interfaces) === same
        ? [{ from: addNanos(from, -QUIET_NS), to: cut ? knownUntil(to, first) : addNanos(to, QUIET_NS) }]
        : [],
    )
    .sort((a, b) => compareTime(a.from, b.from));
  let covered: Time | null = null;
  for (const { from, to } of parts) {
    if (compareTime(from, covered ?? first) <= 0) covered = covered ? later(covered, to) : to;
  }
  return covered !== null && compareTime(covered, last) >= 0;
}

/** Of a capture whose end is missing. Where it shows the first absence, those that follow are taken to be like it. */
function knownUntil(lastFrame: Time, first: Time): Time {
  const sure = addNanos(lastFrame, -UNDER_WAY_NS);
  return compareTime(sure, first) >= 0 ? addNanos(lastFrame, QUIET_NS) : sure;
}

/** Captures of single interfaces cover the host only if they are all of its interfaces that bear addresses of the family. */
function interfaceGaps(
  host: string,
  captures: readonly Coverage[],
  family: Family,
  identity: HostIdentity | undefined,
): WitnessGap[] {
  if (captures.some((one) => one.interfaces === null)) return [];
  const interfaces = [...new Set(captures.flatMap((one) => one.interfaces ?? []))];
  const addressed = identity?.interfaces.filter((one) => isReachable(one, family)) ?? [];
  const covered = addressed.length > 0 && addressed.every((one) => interfaces.includes(one.name));
  return covered ? [] : [{ kind: 'some-interfaces', host, interfaces }];
}

function isReachable({ addresses }: InterfaceIdentity, family: Family): boolean {
  return addresses.some(
    ({ address }) => address.family === family && !isLoopback(address) && !isLinkLocal(address),
  );
}

/** All of them taken with `tcpdump -Q`, the same way. */
function directionGaps(host: string, captures: readonly Coverage[]): WitnessGap[] {
  const [direction, ...others] = new Set(captures.map((one) => one.directions));
  if (others.length > 0 || (direction !== 'in' && direction !== 'out')) return [];
  return [{ kind: 'one-direction', host, direction, shown: captures.some((one) => one.oneShown) }];
}

/** A frame that is cut may be the missing packet, unless it is known to be of another protocol. */
function cutGaps(host: string, captures: readonly Coverage[], protocol: Protocol): WitnessGap[] {
  return captures.flatMap(({ file, cutFrames }) => {
    const frames = cutFrames.any + cutFrames[protocol === 'icmp6' ? 'icmp' : protocol];
    return frames > 0 ? [{ kind: 'cut-frames', host, file, frames } as const] : [];
  });
}

function lossGaps(host: string, captures: readonly Coverage[]): WitnessGap[] {
  const gaps: WitnessGap[] = [];
  const dropped = captures.reduce((sum, one) => sum + (one.dropped ?? 0), 0);
  if (dropped > 0) gaps.push({ kind: 'kernel-drops', host, dropped });
  for (const one of captures) if (one.damaged) gaps.push({ kind: 'damaged', host, file: one.file });
  return gaps;
}
