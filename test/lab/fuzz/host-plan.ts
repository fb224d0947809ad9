import { Dice } from './dice.ts';
import { drawAddresses } from './draw-addresses.ts';
import { drawLateLinks, drawLinks } from './draw-links.ts';
import { drawQueries } from './draw-queries.ts';
import { drawRoutes } from './draw-routes.ts';
import { drawRules } from './draw-rules.ts';
import { drawSettings, NO_DAD } from './draw-settings.ts';
import { drawStyle, type StateStyle } from './state-style.ts';
import type { World } from './world.ts';

/** One random host: the shell lines that make it (many of them refused by the kernel, as chance will have it), and what to ask it. */
export interface HostPlan {
  readonly seed: number;
  readonly lines: readonly string[];
  readonly queries: readonly string[];
  readonly style: StateStyle;
}

export function drawHost(seed: number, queries: number): HostPlan {
  const dice = new Dice(seed);
  const world: World = {
    dice,
    devices: [],
    addresses: { 4: [], 6: [] },
    prefixes: { 4: [], 6: [] },
    objects: { 4: [], 6: [] },
  };
  const links = drawLinks(world);
  const lines = [
    'ip link set lo up',
    ...NO_DAD,
    ...links,
    ...drawAddresses(world),
    ...drawSettings(world),
    ...drawRoutes(world),
    ...drawRules(world),
    ...drawLateLinks(world),
  ];
  return { seed, lines, queries: drawQueries(world, queries), style: drawStyle(dice) };
}
