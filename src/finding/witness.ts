import type { HostIdentity } from '../addr/identity.ts';
import { isLoopback } from '../addr/ip.ts';
import { addNanos, compareTime, type Time } from '../addr/time.ts';
import type { Coverage } from '../exchange/exchange.ts';
import type { Witness, WitnessGap } from './finding.ts';
import type { Roles } from './roles.ts';

/**
 * How far from a capture's first and last frame it is still taken to have been running. A filtered capture of a quiet
 * link shows few frames, so its frames alone mark its time only roughly.
 */
const QUIET_NS = 60e9;

/** Whether the captures of both ends can bear witness to an absence between two times (reference clock). */
export function witnessOf(
  roles: Roles,
  first: Time,
  last: Time,
  coverage: readonly Coverage[],
  identities: readonly HostIdentity[],
): Witness {
  const originator = gapsOf('originator', roles.originator, first, last, coverage, identities);
  const responder = gapsOf('responder', roles.responder, first, last, coverage, identities);
  return {
    originatorCovered: !originator.some(hides),
    responderCovered: !responder.some(hides),
    missing: [...originator, ...responder],
  };
}

/** Damage and an empty capture weaken an absence; the other gaps leave no witness at all. */
function hides(gap: WitnessGap): boolean {
  return gap.kind !== 'damaged' && gap.kind !== 'no-frames';
}

function gapsOf(
  role: 'originator' | 'responder',
  host: string | null,
  first: Time,
  last: Time,
  coverage: readonly Coverage[],
  identities: readonly HostIdentity[],
): WitnessGap[] {
  const captures = coverage.filter((one) => one.host === host);
  if (host === null || captures.length === 0) return [{ kind: 'no-capture', host, role }];
  const then = captures.filter((one) => runsBetween(one, first, last));
  if (then.length === 0) return [{ kind: 'other-time', host, role }];
  const empty = then.every((one) => one.frames === 0) ? [{ kind: 'no-frames', host, role } as const] : [];
  return [...empty, ...interfaceGaps(host, then, identities), ...lossGaps(host, then)];
}

/** An empty capture that was handed in with the others is taken to have run: nothing came by is what it says. */
function runsBetween(one: Coverage, first: Time, last: Time): boolean {
  if (one.frames === 0) return !one.damaged;
  if (one.first === null || one.last === null) return false;
  return (
    compareTime(addNanos(one.first, -QUIET_NS), first) <= 0 &&
    compareTime(addNanos(one.last, QUIET_NS), last) >= 0
  );
}

/** Captures of single interfaces cover the host only if they are all of its interfaces that bear addresses. */
function interfaceGaps(
  host: string,
  captures: readonly Coverage[],
  identities: readonly HostIdentity[],
): WitnessGap[] {
  if (captures.some((one) => one.interfaces === null)) return [];
  const interfaces = [...new Set(captures.flatMap((one) => one.interfaces ?? []))];
  const all = identities.find((one) => one.host === host)?.interfaces ?? [];
  const addressed = all.filter((one) => one.addresses.some((prefix) => !isLoopback(prefix.address)));
  const covered = addressed.length > 0 && addressed.every((one) => interfaces.includes(one.name));
  return covered ? [] : [{ kind: 'some-interfaces', host, interfaces }];
}

function lossGaps(host: string, captures: readonly Coverage[]): WitnessGap[] {
  const gaps: WitnessGap[] = [];
  const dropped = captures.reduce((sum, one) => sum + (one.dropped ?? 0), 0);
  if (dropped > 0) gaps.push({ kind: 'kernel-drops', host, dropped });
  for (const one of captures) if (one.damaged) gaps.push({ kind: 'damaged', host, file: one.file });
  return gaps;
}
