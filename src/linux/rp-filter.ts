import type { Missing } from './decision.ts';
import type { HostState, Sysctl } from './host-state.ts';
import { deviceSetting, type Setting } from './sysctl.ts';

/** 0 off, 1 strict, 2 loose (RFC 3704). */
export type Mode = 0 | 1 | 2;

/** The reverse-path filter in force on a device: the greater of `conf.all` and its own (IN_DEV_RPFILTER). */
export function effectiveRpFilter(state: HostState, device: string): Setting {
  return deviceSetting(state, 4, 'rp_filter', device);
}

export interface PossibleModes {
  readonly modes: readonly Mode[];
  readonly sysctls: readonly Sysctl[];
  readonly missing: readonly Missing[];
}

/** Every mode that may be in force: an entry that no file gave may raise it, never lower it. */
export function possibleModes(state: HostState, device: string): PossibleModes {
  const { value, sysctls, missing } = effectiveRpFilter(state, device);
  const known: Mode = value <= 0 ? 0 : value === 1 ? 1 : 2;
  const all: readonly Mode[] = [0, 1, 2];
  return { modes: missing.length > 0 ? all.filter((mode) => mode >= known) : [known], sysctls, missing };
}
