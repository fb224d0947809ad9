import type { Family, Ip } from '../../addr/ip.ts';
import { defaultPrefix, type Prefix } from '../../addr/prefix.ts';
import type { Span } from '../../addr/source.ts';
import type { Gap, NextHop, Route, RouteType } from '../host-state.ts';
import { HopDraft } from './hop-draft.ts';
import { Shared } from './shared.ts';

const NOTHING: readonly never[] = [];

const REFUSALS: ReadonlySet<RouteType> = new Set(['blackhole', 'unreachable', 'prohibit', 'throw']);

/** RTPROT_BOOT. */
const BOOT = 'boot';

/** A route while its words are read, from text or JSON. One draft serves for all routes of a listing, one after another. */
export class RouteDraft {
  type: RouteType = 'unicast';
  /** Null: `default`, whose family only the other words tell. */
  destination: Prefix | null = null;
  sourcePrefix: Prefix | null = null;
  tos = 0;
  table = 0;
  metric: number | null = null;
  /** print_route leaves out `boot`, the protocol of routes added by hand, and scope `global`. */
  protocol: string = BOOT;
  scope = 0;
  preferredSource: Ip | null = null;
  nextHopId: number | null = null;
  routerPreference = 0;
  expires = false;
  unmodelled: string[] | null = null;
  /** Null: nothing read so far tells. */
  family: Family | null = null;
  /** The next hop that the words read now belong to; null before the first of them. */
  hop: HopDraft | null = null;
  /** Next hops finished before `hop`. */
  hops: NextHop[] | null = null;
  /** Whether `nexthop` words were seen, so that the route's own flags are not those of a hop. */
  multipath = false;

  readonly shared = new Shared();
  readonly #hop = new HopDraft();

  clear(table: number): void {
    this.type = 'unicast';
    this.destination = this.sourcePrefix = null;
    this.tos = 0;
    this.table = table;
    this.metric = null;
    this.protocol = BOOT;
    this.scope = 0;
    this.preferredSource = null;
    this.nextHopId = null;
    this.routerPreference = 0;
    this.expires = false;
    this.unmodelled = null;
    this.family = null;
    this.hop = null;
    this.hops = null;
    this.multipath = false;
  }

  ownHop(): HopDraft {
    if (!this.hop) {
      this.hop = this.#hop;
      this.#hop.clear();
    }
    return this.hop;
  }

  /** A new `nexthop`. What stood before the first are flags of the whole route. */
  startHop(): void {
    if (this.hop && this.multipath) this.#closeHop(this.hop);
    this.multipath = true;
    this.hop = null;
    this.ownHop();
  }

  #closeHop(hop: HopDraft): void {
    this.hops ??= [];
    this.hops.push(hop.toNextHop());
  }

  /** Blackhole, unreachable, prohibit, throw. */
  refuses(): boolean {
    return REFUSALS.has(this.type);
  }

  /** A unicast route without a next hop: busybox prints a multipath route so, and a listing may be cut off there. */
  leadsNowhere(): boolean {
    return this.type === 'unicast' && !this.hop && !this.hops && this.nextHopId === null;
  }

  addUnmodelled(word: string): void {
    this.unmodelled ??= [];
    this.unmodelled.push(word);
  }

  toRoute(family: Family, span: Span): Route {
    return {
      type: this.type,
      table: this.table,
      destination: this.destination ?? defaultPrefix(family),
      sourcePrefix: this.sourcePrefix,
      tos: this.tos,
      metric: this.metric ?? defaultMetric(family, this.protocol),
      protocol: this.protocol,
      scope: this.scope,
      preferredSource: this.preferredSource,
      nextHops: this.#nextHops(),
      nextHopId: this.nextHopId,
      routerPreference: this.routerPreference,
      expires: this.expires,
      unmodelled: this.unmodelled ?? NOTHING,
      span,
    };
  }

  /** What of a route not understood says where it could matter. */
  toGap(family: Family, hasDestination: boolean, span: Span): Gap {
    const destination = this.destination ?? (hasDestination ? defaultPrefix(family) : null);
    const told = hasDestination || this.family ? family : null;
    return { kind: 'route', family: told, table: this.table, destination, device: null, span };
  }

  #nextHops(): readonly NextHop[] {
    const { hop } = this;
    if (hop && this.multipath) this.#closeHop(hop);
    else if (hop?.isNamed()) return this.shared.single(hop);
    return this.hops ?? NOTHING;
  }
}

/** IP6_RT_PRIO_USER and IP6_RT_PRIO_ADDRCONF (include/net/ip6_route.h); IPv4 has 0. Newer kernels always print IPv6's. */
function defaultMetric(family: Family, protocol: string): number {
  if (family === 4) return 0;
  return protocol === 'kernel' ? 256 : 1024;
}
