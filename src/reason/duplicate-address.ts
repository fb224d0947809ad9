import { type HostIdentity, interfaceBearing } from '../addr/identity.ts';
import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import type { Mac } from '../addr/mac.ts';
import { contains } from '../addr/prefix.ts';
import { addNanos, compareTime } from '../addr/time.ts';
import type { NeighbourAnswer } from '../exchange/correlation.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import type { ReasonContext } from './context.ts';
import { causeOf } from './draft.ts';

/**
 * The request did not come to the host that bears the address, and a frame says that the address is at a card which is none of
 * that host's: another one bears it, too (or a router answers for it), and gets what is meant for it. Null without such a frame.
 */
export function duplicateAddress(finding: Finding, context: ReasonContext): Cause | null {
  const { responder, probe, translated } = finding;
  const identity = context.identities.find(({ host }) => host === responder);
  const asked = [probe.dst, translated?.dst].find(
    (one) => one && identity && interfaceBearing(identity, one),
  );
  if (!identity || !asked) return null;
  const macs = hardwareOf(identity, asked);
  const claim = [...context.askers, ...context.answers].find(
    (one) => macs !== null && !macs.has(one.mac) && claims(one, asked, identity, finding, context),
  );
  return claim && macs && !tookBack(claim, macs, asked, finding, context)
    ? duplicate(claim, identity.host, asked)
    : null;
}

/** How long both may claim an address that moves from one to the other. */
const MOVING_NS = 5e9;

/** A card of the host said so again later, as after a failover: then that is whom others ask. */
function tookBack(
  claim: NeighbourAnswer,
  macs: ReadonlySet<Mac>,
  asked: Ip,
  finding: Finding,
  { askers, answers }: ReasonContext,
): boolean {
  return [...askers, ...answers].some(
    ({ mac, target, last }) =>
      macs.has(mac) &&
      sameIp(target, asked) &&
      compareTime(last, addNanos(claim.last, MOVING_NS)) > 0 &&
      compareTime(last, finding.last) <= 0,
  );
}

/** Null where that of the interface which bears the address is not known. */
function hardwareOf(identity: HostIdentity, address: Ip): ReadonlySet<Mac> | null {
  const bearer = interfaceBearing(identity, address);
  if (!bearer?.mac) return null;
  return new Set(identity.interfaces.flatMap(({ mac }) => (mac === null ? [] : [mac])));
}

/** It came in, before the last of the packets, at the host itself or at another one on its link. */
function claims(
  { host, direction, target, mac, first, example }: NeighbourAnswer,
  asked: Ip,
  identity: HostIdentity,
  finding: Finding,
  { identities }: ReasonContext,
): boolean {
  if (direction !== 'in' || !sameIp(target, asked) || mac === NO_MAC) return false;
  if (compareTime(first, finding.last) > 0) return false;
  if (host === identity.host) return true;
  const there = identities
    .find((one) => one.host === host)
    ?.interfaces.find(({ name }) => name === example.interface);
  return there?.addresses.some((prefix) => contains(prefix, asked)) ?? false;
}

const NO_MAC = '00:00:00:00:00:00';

function duplicate({ mac, count, example }: NeighbourAnswer, host: string, asked: Ip): Cause {
  const address = formatIp(asked);
  const times = count > 1 ? `${count} times, first in` : 'in';
  return causeOf({
    kind: 'duplicate-address',
    host: null,
    confidence: 'likely',
    sentence: `another host than ${host} says that ${address} is its own (${mac}, none of the cards of ${host}), and gets what is sent there`,
    notes: [
      `said ${times} ${example.file}, frame ${example.frame}`,
      `it bears the address, too, or answers for it (proxy ARP); \`arping -D -I IFACE ${address}\` on that link, and the switch's table of hardware addresses, tell where it is`,
    ],
  });
}
