import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import type { Mac } from '../addr/mac.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { flowOf } from '../linux/flow.ts';
import type { HostState, Neighbour } from '../linux/host-state.ts';
import { lookupOutput } from '../linux/lookup-output.ts';
import { asksNeighbours } from '../linux/neighbour-question.ts';
import type { Cause, CauseSource } from './cause.ts';
import type { ReasonContext } from './context.ts';
import { causeOf } from './draft.ts';
import { shareLink } from './trip/link.ts';

/** A next hop's link-layer address that somebody wrote down, and how another stands for it elsewhere. */
export interface WrittenDown {
  readonly entry: Neighbour;
  readonly other: Other | null;
}

interface Other {
  readonly mac: Mac;
  readonly seen: string;
  /** Of the bearer's own state, where that tells. */
  readonly source: CauseSource | null;
}

/** The permanent entry by which a packet was sent on as it left, unless something shows that it is true: nobody asked. */
export function writtenDown(state: HostState, left: Sighting, context: ReasonContext): WrittenDown | null {
  const { interface: device, src, dst } = left;
  if (device === null) return null;
  const found = lookupOutput(state, flowOf(dst, { source: src, outputDevice: device }));
  if (found.kind !== 'route') return null;
  const nextHop = found.gateway ?? dst;
  const entry = state.neighbours.find(
    (one) => one.device === device && one.states.has('PERMANENT') && sameIp(one.address, nextHop),
  );
  if (!entry?.mac) return null;
  const other = borne(state, entry, context) ?? told(nextHop, entry.mac, context);
  return other?.mac === entry.mac ? null : { entry, other };
}

/** By the state of the host that bears the address; it may answer by any of its cards. */
function borne(
  sender: HostState,
  { address, device, mac: expected }: Neighbour,
  { states }: ReasonContext,
): Other | null {
  for (const state of states.values()) {
    const own = state.addresses.find((one) => sameIp(one.prefix.address, address));
    if (!own || state === sender || asksNeighbours(state, own.device) !== true) continue;
    if (!shareLink(sender, device, state, own.device) || !isUp(state, own.device)) continue;
    const link =
      state.links.find((one) => one.mac === expected) ?? state.links.find((one) => one.name === own.device);
    if (!link?.mac) continue;
    const source: CauseSource = { span: link.span, mark: 'context', label: 'bears the address', where: null };
    return { mac: link.mac, seen: `${link.name} of ${state.name}`, source };
  }
  return null;
}

function isUp({ links }: HostState, device: string): boolean {
  return links.some((one) => one.name === device && one.flags.has('UP') && !one.flags.has('NO-CARRIER'));
}

/** As it said itself on the wire: the expected one before others. */
function told(address: Ip, expected: Mac, { answers, askers }: ReasonContext): Other | null {
  const all = [...answers, ...askers].filter((one) => sameIp(one.target, address));
  const one = all.find(({ mac }) => mac === expected) ?? all[0];
  return one ? { mac: one.mac, seen: `${one.example.file}, frame ${one.example.frame}`, source: null } : null;
}

export function wrongNeighbour(host: string, device: string, { entry, other }: WrittenDown): Cause | null {
  if (!other) return null;
  const address = formatIp(entry.address);
  return causeOf({
    kind: 'next-hop-unresolved',
    host,
    // A router that stands in for another has two hardware addresses, and either may do.
    confidence: other.source ? 'certain' : 'likely',
    sentence: `${host} sends to ${address} on ${device} by a permanent entry that says ${entry.mac}, but that address is at ${other.mac} (${other.seen})`,
    sources: [
      { span: entry.span, mark: 'decides', label: 'written down, never asked', where: null },
      ...(other.source ? [other.source] : []),
    ],
    notes: [`\`ip neigh del ${address} dev ${device}\` lets the kernel ask for it`],
  });
}
