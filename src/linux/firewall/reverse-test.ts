import { type Ip, isLimitedBroadcast, isLinkLocal, isMulticast, isUnspecified } from '../../addr/ip.ts';
import { lookupRule } from '../default-rules.ts';
import { flowOf } from '../flow.ts';
import { indexOf } from '../host-index.ts';
import { TABLE_LOCAL } from '../host-state.ts';
import { isZeroNet } from '../ip-kinds.ts';
import { nextHopsOf } from '../next-hop.ts';
import { lookupRules } from '../rule-walk.ts';
import { lookupTable } from '../table-lookup.ts';
import { type FibResult, startWalk } from '../walk.ts';
import type { Clause } from './clause.ts';
import type { Crossing } from './crossing.ts';
import { type Reading, read, type Truth, truth, UNKNOWN } from './reading.ts';
import { SYMBOLS } from './symbols.ts';

type RpFilter = Extract<Clause, { kind: 'rpfilter' }>;

/** `fib saddr . iif oif`, `fib daddr type` (net/ipv4/netfilter/nft_fib_ipv4.c, net/ipv6/netfilter/nft_fib_ipv6.c). */
export function fibReading(
  crossing: Crossing,
  result: 'oif' | 'oifname' | 'type',
  flags: ReadonlySet<string>,
): Reading {
  const { packet, inputDevice, outputDevice } = crossing;
  const bound = flags.has('oif') ? outputDevice : flags.has('iif') ? inputDevice : null;
  const asked = flags.has('saddr') ? packet.source : packet.destination;
  if (result === 'type') return typeReading(crossing, asked, bound);
  if (crossing.markUnknown && flags.has('mark')) return UNKNOWN;
  if (isFromLoopback(crossing)) return read(inputDevice ?? '');
  if (isFromNobody(crossing)) return read(inputDevice ?? '');
  const other = flags.has('saddr') ? packet.destination : packet.source;
  const found = lookup(
    crossing,
    asked,
    other,
    flags.has('mark') ? crossing.mark : 0,
    strictFor(asked, bound),
  );
  if (found.kind === 'cannot-tell') return UNKNOWN;
  if (found.kind !== 'found' || found.route.type === 'local') return read('');
  if (bound === null) return read(found.hop.device ?? '');
  return read(devicesOf(crossing, found).includes(bound) ? bound : '');
}

/** ipt_rpfilter and ip6t_rpfilter: is there a way back to the source by the device it came in on? */
export function rpFilterTruth(crossing: Crossing, filter: RpFilter): Truth {
  const passes = passesRpFilter(crossing, filter);
  return passes === null ? 'unknown' : truth(passes !== filter.invert);
}

function passesRpFilter(crossing: Crossing, filter: RpFilter): boolean | null {
  const { packet, inputDevice, mark } = crossing;
  if (isFromLoopback(crossing) || isFromNobody(crossing)) return true;
  if (packet.source.family === 6 && isUnspecified(packet.source)) return true;
  if (crossing.markUnknown && filter.validMark) return null;
  const strict = { device: inputDevice, onlyDevice: !filter.loose || isLinkLocal(packet.source) };
  const found = lookup(crossing, packet.source, packet.destination, filter.validMark ? mark : 0, strict);
  if (found.kind === 'cannot-tell') return null;
  if (found.kind !== 'found') return false;
  if (found.route.type !== 'unicast' && !(found.route.type === 'local' && filter.acceptLocal)) return false;
  return filter.loose || (inputDevice !== null && devicesOf(crossing, found).includes(inputDevice));
}

function isFromLoopback({ state, inputDevice }: Crossing): boolean {
  return inputDevice !== null && inputDevice === indexOf(state).loopback;
}

/** DHCP and the like: from 0.0.0.0 to everybody. */
function isFromNobody({ packet: { source, destination } }: Crossing): boolean {
  return isZeroNet(source) && (isLimitedBroadcast(destination) || isMulticast(destination));
}

/** IPv6: only a route by the device itself counts for addresses of one link. */
function strictFor(asked: Ip, device: string | null) {
  return { device, onlyDevice: asked.family === 6 && isLinkLocal(asked) };
}

/** The lookup has iif lo and no oif: it is one of a packet that the host would send. */
function lookup(
  { state, packet }: Crossing,
  destination: Ip,
  source: Ip,
  mark: number,
  strict: { device: string | null; onlyDevice: boolean },
): FibResult {
  const walk = startWalk(state, destination.family, destination.family === 6 ? strict : undefined);
  const usable = !isMulticast(source) && !isLimitedBroadcast(source) && !isUnspecified(source);
  const flow = flowOf(destination, {
    source: usable ? source : null,
    mark,
    tos: packet.tos,
    protocol: packet.protocol,
  });
  return lookupRules(walk, flow);
}

function devicesOf({ state }: Crossing, found: Extract<FibResult, { kind: 'found' }>): (string | null)[] {
  const devices = nextHopsOf(indexOf(state), found.route).map((hop) => hop.device);
  return found.route.destination.address.family === 6 ? [found.hop.device] : devices;
}

/** inet_addr_type: what the local table calls the address; with a device, only where it is that one's. */
function typeReading({ state }: Crossing, ip: Ip, device: string | null): Reading {
  const types = SYMBOLS['route-type']!;
  const named = (type: string) => read(types.get(type) ?? 0);
  if (isMulticast(ip)) return named('multicast');
  if (isLimitedBroadcast(ip) || isZeroNet(ip)) return named('broadcast');
  const index = indexOf(state);
  if (!index.families[ip.family].tables.has(TABLE_LOCAL))
    return state.given.has('addresses') ? named('unicast') : UNKNOWN;
  const rule = lookupRule(ip.family, 0, TABLE_LOCAL);
  const found = lookupTable(startWalk(state, ip.family), rule, TABLE_LOCAL, flowOf(ip));
  if (found.kind !== 'found') return named('unicast');
  const elsewhere = device !== null && found.hop.device !== device;
  return named(elsewhere ? 'unicast' : found.route.type);
}
