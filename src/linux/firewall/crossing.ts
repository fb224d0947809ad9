import type { Missing, RouteDecision } from '../decision.ts';
import type { HostState } from '../host-state.ts';
import type { Packet } from '../packet.ts';
import type { Connection, FirewallChange, FirewallRule, Hook, PassageOutcome } from '../passage.ts';
import type { Doubts } from './doubts.ts';
import type { Chain, ChainRule, Firewall } from './firewall.ts';
import { chainTitle } from './firewall.ts';

/** A packet on its way through the host: what the hooks so far have made of it. The one thing here that changes. */
export interface Crossing {
  readonly state: HostState;
  readonly firewall: Firewall;
  readonly doubts: Doubts;
  /** What was tracked of the exchange before this packet; null at first. */
  readonly known: Connection | null;
  hook: Hook;
  inputDevice: string | null;
  outputDevice: string | null;
  packet: Packet;
  mark: number;
  /** A rule set the mark to what cannot be told. */
  markUnknown: boolean;
  /** Null until connection tracking has seen the packet. */
  connection: Connection | null;
  /** The lookup that sends it on; hooks after it know the device. */
  decision: RouteDecision | null;
  readonly changes: FirewallChange[];
  readonly accepts: FirewallRule[];
  readonly missing: Missing[];
  /** Looks the route up again where a `route` chain changed what it depends on; null where there is nothing to look up. */
  reroute: (() => Stop | null) | null;
}

/** Why the packet goes no further. */
export type Stop = Exclude<PassageOutcome, { kind: 'passes' | 'forwards' }>;

/** A rule or policy with its place, as a verdict names it. */
export interface RulePlace {
  readonly chain: Chain;
  readonly rule: ChainRule | null;
}

export function ruleAt({ chain, rule }: RulePlace, hook: Hook): FirewallRule {
  return {
    span: rule?.span ?? chain.span,
    chain: chainTitle(chain),
    hook,
    isPolicy: rule === null,
    packets: rule?.packets ?? null,
  };
}

export function noteMissing(crossing: Crossing, missing: Missing): void {
  const { missing: all } = crossing;
  if (!all.some((one) => one.kind === missing.kind && one.what === missing.what)) all.push(missing);
}

export function noteChange(crossing: Crossing, place: RulePlace, what: FirewallChange['what']): void {
  crossing.changes.push({ rule: ruleAt(place, crossing.hook), what });
}
