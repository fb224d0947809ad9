import type { HostIdentity, InterfaceIdentity } from '../addr/identity.ts';
import { type Family, isLinkLocal, isLoopback } from '../addr/ip.ts';
import type { Time } from '../addr/time.ts';
import { cutOf } from '../decode/cut-frames.ts';
import type { Coverage, Protocol } from '../exchange/exchange.ts';
import type { Witness, WitnessGap } from './finding.ts';
import type { Roles } from './roles.ts';
import { ranThen } from './running.ts';

/** Packets that are not seen somewhere: how many, between which times (reference clock), of which family and protocol. */
export interface Absence {
  readonly first: Time;
  readonly last: Time;
  readonly count: number;
  readonly family: Family;
  readonly protocol: Protocol;
  /** Hosts whose captures show the request of just these exchanges; null, or left out: there is no request to be shown. */
  readonly shownBy?: ReadonlySet<string> | null;
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

/** Damage, a capture that is empty or in which nothing came in, and fewer drops than packets missed weaken an absence; the other gaps leave no witness. */
function hides(gap: WitnessGap, { count }: Absence): boolean {
  if (gap.kind === 'kernel-drops') return gap.dropped >= count;
  return gap.kind !== 'damaged' && gap.kind !== 'no-frames' && gap.kind !== 'all-out';
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
  // What shows the request ran at that time, however few its frames are.
  const shown = absence.shownBy?.has(host) ?? false;
  const then = captures.filter((one) => (shown && !one.cut) || ranThen(one, captures, absence));
  if (then.length === 0) return [{ kind: 'other-time', host, role }];
  const empty = then.every((one) => one.frames === 0) ? [{ kind: 'no-frames', host, role } as const] : [];
  const identity = identities.find((one) => one.host === host);
  const [interfaces, directions] = [
    interfaceGaps(host, then, absence.family, identity),
    directionGaps(host, then),
  ];
  const deaf = role === 'originator' && directions.length === 0 && then.every((one) => one.allOut);
  const hidden =
    role === 'originator' && absence.shownBy && !shown && interfaces.length + directions.length === 0;
  return [
    ...empty,
    ...interfaces,
    ...directions,
    ...(hidden ? [{ kind: 'request-unseen', host, role } as const] : []),
    ...(deaf ? [{ kind: 'all-out', host } as const] : []),
    ...lossGaps(host, then),
    ...twinGaps(host, then),
    ...cutGaps(host, then, absence),
  ];
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

/** A copy of another host's capture tells nothing of its own. */
function twinGaps(host: string, captures: readonly Coverage[]): WitnessGap[] {
  return captures.flatMap(({ file, sameAs }) =>
    sameAs === null ? [] : [{ kind: 'same-capture', host, file, sameAs } as const],
  );
}

/** A frame that is cut may be the missing packet, unless it is known to be of another protocol or family. */
function cutGaps(host: string, captures: readonly Coverage[], { family, protocol }: Absence): WitnessGap[] {
  return captures.flatMap(({ file, cutFrames }) => {
    const frames = cutOf(cutFrames, family, protocol === 'icmp6' ? 'icmp' : protocol);
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
