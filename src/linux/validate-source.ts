import type { Ip } from '../addr/ip.ts';
import type { Missing, ReversePathReason, ReversePathVerdict, RouteDecision } from './decision.ts';
import { type Flow, flowOf } from './flow.ts';
import { foundBy } from './found.ts';
import { ownerOf } from './host-index.ts';
import type { HostState, Sysctl } from './host-state.ts';
import { nextHopsOf } from './next-hop.ts';
import type { Mode } from './rp-filter.ts';
import { lookupRules } from './rule-walk.ts';
import { type DeviceSetting, deviceSetting } from './sysctl.ts';
import {
  assume,
  cannotTell,
  type FibFound,
  type FibResult,
  noRoute,
  refused,
  startWalk,
  type Walk,
} from './walk.ts';

/** A packet as it came in. Protocol and ports count only where rules ask for them. */
export interface Arriving {
  readonly source: Ip;
  readonly destination: Ip;
  readonly inputDevice: string;
  readonly tos: number;
  readonly mark: number;
  readonly protocol?: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  /** The device a forwarded packet will leave by; null (the usual case) for what is meant for the host itself. */
  readonly outputDevice?: string | null;
}

/** The check in one mode, with what it consults on the way. */
interface Check {
  readonly packet: Arriving;
  readonly mode: Mode;
  readonly walk: Walk;
  readonly sysctls: Sysctl[];
}

/** fib_validate_source in the mode that is in force, or may be. */
export function validateSource(
  state: HostState,
  packet: Arriving,
  mode: Mode,
  sysctls: readonly Sysctl[],
): ReversePathVerdict {
  const check: Check = { packet, mode, walk: startWalk(state, 4), sysctls: [...sysctls] };
  if (mode === 0 && !looksCloser(check)) return uncheckedVerdict(check);
  return lookBack(check);
}

/**
 * Mode 0 still refuses the host's own addresses as source. With custom rules or local routes, and for a packet sent
 * back out by the device it came in on (redirects), it makes the whole lookup to find out.
 */
function looksCloser(check: Check): boolean {
  const { packet, walk } = check;
  const { onlyDefaultRules, customLocalRoutes } = walk.index.families[4];
  if (packet.outputDevice === packet.inputDevice && setting(check, 'send_redirects')) return true;
  return setting(check, 'accept_local') === 0 && (!onlyDefaultRules || customLocalRoutes);
}

function uncheckedVerdict(check: Check): ReversePathVerdict {
  const own = ownerOf(check.walk.index, check.packet.source) !== undefined;
  if (own && setting(check, 'accept_local') === 0) return verdict(check, 'dropped', 'source-is-local', null);
  return verdict(check, 'accepted', 'off', null);
}

/** __fib_validate_source: the route back to the source, source and destination swapped. */
function lookBack(check: Check): ReversePathVerdict {
  const { walk, packet } = check;
  const flow = flowBack(check);
  const result = lookupRules(walk, flow);
  const back = decisionOf(walk, result);
  if (result.kind === 'cannot-tell') return undecided(check, result.missing, back);
  if (result.kind !== 'found') return noWayBack(check, back);
  const { type } = result.route;
  if (type === 'local' && setting(check, 'accept_local') === 0)
    return verdict(check, 'dropped', 'source-is-local', back);
  if (type !== 'unicast' && type !== 'local') return verdict(check, 'dropped', 'not-unicast', back);
  if (type === 'local' && packet.inputDevice === walk.index.loopback)
    return verdict(check, 'accepted', 'loopback', back);
  return byDevice(check, result, back);
}

/** fib_info_nh_uses_dev: any next hop of the route by the device of arrival is good enough, a dead one too. */
function byDevice(check: Check, found: FibFound, back: RouteDecision): ReversePathVerdict {
  const { packet, walk, mode } = check;
  const devices = nextHopsOf(walk.index, found.route).map((hop) => hop.device);
  if (devices.includes(packet.inputDevice))
    return verdict(check, 'accepted', 'route-back-by-same-device', back);
  if (hasNoAddress(check)) {
    return verdict(check, mode === 0 ? 'accepted' : 'dropped', 'device-without-address', back);
  }
  if (mode === 1) return verdict(check, 'dropped', 'route-back-by-other-device', back);
  return verdict(check, 'accepted', mode === 0 ? 'off' : 'some-route-back', back);
}

function hasNoAddress({ walk, packet }: Check): boolean {
  if (!walk.index.state.given.has('addresses')) return false;
  const own = walk.index.addresses.get(packet.inputDevice) ?? [];
  return !own.some((one) => one.prefix.address.family === 4);
}

/** Any failure counts as none, a reject route too. */
function noWayBack(check: Check, back: RouteDecision): ReversePathVerdict {
  if (check.mode === 0) return verdict(check, 'accepted', 'off', back);
  return verdict(check, 'dropped', 'no-route-back', back);
}

/** The mark counts only with src_valid_mark; `iif` rules see the loopback device, or the one a forwarded packet leaves by. */
function flowBack(check: Check): Flow {
  const { packet } = check;
  const marked = packet.mark !== 0 && setting(check, 'src_valid_mark') !== 0;
  return flowOf(packet.source, {
    source: packet.destination,
    inputDevice: packet.outputDevice ?? null,
    tos: packet.tos,
    mark: marked ? packet.mark : 0,
    protocol: packet.protocol ?? 0,
    sourcePort: packet.destinationPort ?? 0,
    destinationPort: packet.sourcePort ?? 0,
  });
}

/** A sysctl that the check consults: kept for the verdict, or noted as taken for its default. */
function setting({ walk, packet, sysctls }: Check, name: DeviceSetting): number {
  const found = deviceSetting(walk.index.state, 4, name, packet.inputDevice);
  for (const one of found.sysctls) if (!sysctls.includes(one)) sysctls.push(one);
  if (found.value === 0) assume(walk, found.missing);
  return found.value;
}

function verdict(
  { mode, sysctls, walk }: Check,
  kind: 'accepted' | 'dropped',
  because: ReversePathReason,
  back: RouteDecision | null,
): ReversePathVerdict {
  return { kind, mode, because, back, sysctls, assumed: walk.assumed };
}

/** Off lets everything pass that is not the host's own, whatever the tables would say. */
function undecided(check: Check, missing: readonly Missing[], back: RouteDecision): ReversePathVerdict {
  const own = ownerOf(check.walk.index, check.packet.source) !== undefined;
  if (check.mode === 0 && !own) return verdict(check, 'accepted', 'off', back);
  return { kind: 'cannot-tell', missing, back };
}

function decisionOf(walk: Walk, result: FibResult): RouteDecision {
  switch (result.kind) {
    case 'cannot-tell':
      return cannotTell(walk, result.missing);
    case 'none':
      return noRoute(walk, 'ENETUNREACH', 'nothing-matches');
    case 'refused':
      return refused(walk, result.error, result.by);
    case 'found':
      return foundBy(
        walk,
        result,
        result.hops.map((hop) => ({ route: result.route, hop })),
        null,
      );
  }
}
