import { type Ip, sameIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { Missing, RouteDecision } from './decision.ts';
import { flowOf } from './flow.ts';
import type { HostState } from './host-state.ts';
import { lookupInput } from './lookup-input.ts';
import { lookupOutput } from './lookup-output.ts';
import { asksNeighbours } from './neighbour-question.ts';
import { deviceSetting, type Setting } from './sysctl.ts';

/** An ARP request as it came in. */
export interface ArpQuestion {
  readonly state: HostState;
  readonly device: string;
  /** The sender's protocol address; not the unspecified one. */
  readonly asker: Ip;
  readonly target: Ip;
}

/** What arp_process (net/ipv4/arp.c) makes of a request for an address of the host. */
export type ArpAnswer =
  | { readonly kind: 'answers' }
  /** The device takes part in no ARP. */
  | { readonly kind: 'no-arp' }
  /** arp_ignore: by which mode. */
  | { readonly kind: 'ignored'; readonly mode: number; readonly setting: Setting }
  /** arp_filter: the route to the asker leaves by another device, or there is none. */
  | { readonly kind: 'filtered'; readonly setting: Setting; readonly back: RouteDecision }
  /**
   * The request goes through the lookup of a packet from the asker to the target, and that fails, often by the reverse-path
   * filter; or it leads elsewhere, although the host bears the target.
   */
  | { readonly kind: 'not-taken'; readonly decision: RouteDecision }
  | { readonly kind: 'cannot-tell'; readonly missing: readonly Missing[] };

export function answerArp(question: ArpQuestion): ArpAnswer {
  const { state, device, asker, target } = question;
  if (asksNeighbours(state, device) === false) return { kind: 'no-arp' };
  const decision = lookupInput(state, { ...flowOf(target, { source: asker }), inputDevice: device });
  if (decision.kind === 'cannot-tell') return decision;
  if (decision.kind !== 'route') return { kind: 'not-taken', decision };
  if (decision.type !== 'local') return forAnother(question, decision);
  const ignore = deviceSetting(state, 4, 'arp_ignore', device);
  if (ignores(question, ignore.value)) return { kind: 'ignored', mode: ignore.value, setting: ignore };
  const filter = deviceSetting(state, 4, 'arp_filter', device);
  const filtered = filter.value > 0 ? filteredBy(question, filter) : null;
  if (filtered) return filtered;
  const missing = [...ignore.missing, ...filter.missing];
  return missing.length > 0 ? { kind: 'cannot-tell', missing } : { kind: 'answers' };
}

/** For others it answers where it is their proxy, which is asked only for what it bears without taking it for its own. */
function forAnother({ state, device, target }: ArpQuestion, decision: RouteDecision): ArpAnswer {
  const proxy = deviceSetting(state, 4, 'proxy_arp', device);
  const bears = state.addresses.some((one) => sameIp(one.prefix.address, target));
  return bears && proxy.value === 0 ? { kind: 'not-taken', decision } : { kind: 'cannot-tell', missing: [] };
}

/** RT_SCOPE_HOST and RT_SCOPE_LINK. */
const SCOPE_HOST = 254;
const SCOPE_LINK = 253;

/** arp_ignore: modes 4 to 7 are not in use. */
function ignores(question: ArpQuestion, mode: number): boolean {
  switch (mode) {
    case 1:
      return !bears(question, { here: true, scope: SCOPE_HOST, asker: false });
    case 2:
      return !bears(question, { here: true, scope: SCOPE_HOST, asker: true });
    case 3:
      return !bears(question, { here: false, scope: SCOPE_LINK, asker: false });
    default:
      return mode === 8;
  }
}

/** inet_confirm_addr: on this device or any, of no narrower scope, perhaps with the asker in its network. */
function bears(
  { state, device, asker, target }: ArpQuestion,
  want: { readonly here: boolean; readonly scope: number; readonly asker: boolean },
): boolean {
  return state.addresses.some(
    (one) =>
      sameIp(one.prefix.address, target) &&
      (!want.here || one.device === device) &&
      one.scope <= want.scope &&
      (!want.asker || contains(one.peer ?? one.prefix, asker)),
  );
}

/** arp_filter. */
function filteredBy({ state, device, asker, target }: ArpQuestion, setting: Setting): ArpAnswer | null {
  const back = lookupOutput(state, flowOf(asker, { source: target }));
  if (back.kind === 'cannot-tell') return back;
  return back.kind === 'route' && back.device === device ? null : { kind: 'filtered', setting, back };
}
