import type { Family } from '../../addr/ip.ts';
import type { Span } from '../../addr/source.ts';
import type { Firewall } from '../firewall/firewall.ts';
import type {
  CounterReading,
  Gap,
  Given,
  InterfaceAddress,
  Link,
  Listener,
  Neighbour,
  NextHopObject,
  Route,
  Rule,
  Sysctl,
  TrackedConnection,
} from '../host-state.ts';

/** What one section told; several sections that tell the same are put together in `merge.ts`. */
export interface Told {
  readonly links?: readonly Link[];
  readonly addresses?: readonly InterfaceAddress[];
  readonly rules?: RuleListing;
  /** Several, of a table each. */
  readonly routes?: RouteListing | readonly RouteListing[];
  readonly nextHopObjects?: readonly NextHopObject[];
  readonly neighbours?: readonly Neighbour[];
  readonly sysctls?: ReadonlyMap<string, Sysctl>;
  /** The settings are those of a file for the next boot: what is in force counts more. */
  readonly configured?: boolean;
  readonly listeners?: readonly Listener[];
  readonly firewallRules?: readonly Span[];
  readonly firewall?: Firewall;
  readonly kernelRelease?: string;
  readonly counters?: CounterListing;
  readonly connections?: readonly TrackedConnection[];
  readonly given?: readonly Given[];
  /** Of addresses; those of rules and routes are with their listings. */
  readonly gaps?: readonly Gap[];
}

export interface CounterListing {
  /** As the name of file or command says. */
  readonly moment: 'before' | 'after' | null;
  readonly counters: ReadonlyMap<string, CounterReading>;
}

export interface RuleListing {
  readonly family: Family;
  readonly rules: readonly Rule[];
  /** Whether an address or a name told the family; else it is the likelier one. */
  readonly sure: boolean;
  readonly gaps: readonly Gap[];
}

export interface RouteListing {
  /** Families that the listing covers, be it with no route. */
  readonly families: ReadonlySet<Family>;
  /** The one table listed, or `all`. */
  readonly table: number | 'all';
  readonly routes: readonly Route[];
  readonly gaps: readonly Gap[];
  /** Of a part only, as `ip route show dev eth1` lists: its tables may hold more. */
  readonly limited: boolean;
  /** All tables in one, and none is named: IPv6 of net-tools. */
  readonly mixed?: boolean;
  /** Of the whole listing, for a contradiction about a route that it does not have. */
  readonly span: Span;
}
