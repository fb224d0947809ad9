import type { Family } from '../addr/ip.ts';
import type { Missing } from './decision.ts';
import type { HostState, Sysctl } from './host-state.ts';

/**
 * A setting as the kernel combines it from `conf.all` and `conf.DEVICE` (include/linux/inetdevice.h). What no file told
 * is in `missing`; `value` is then the kernel's default for it combined with what is known.
 */
export interface Setting {
  readonly value: number;
  readonly sysctls: readonly Sysctl[];
  readonly missing: readonly Missing[];
}

/** IN_DEV_ORCONF, IN_DEV_MAXCONF, IN_DEV_CONF_GET. */
export type Combination = 'or' | 'max' | 'device';

/** Which of the per-interface IPv4 settings that routing asks for combine in which way. */
const COMBINATIONS = {
  rp_filter: 'max',
  accept_local: 'or',
  src_valid_mark: 'or',
  route_localnet: 'or',
  arp_ignore: 'max',
  arp_filter: 'or',
  proxy_arp: 'or',
  ignore_routes_with_linkdown: 'or',
  send_redirects: 'or',
  forwarding: 'device',
  bc_forwarding: 'device',
} as const satisfies Record<string, Combination>;

export type DeviceSetting = keyof typeof COMBINATIONS;

/** send_redirects is the only one of them that is 1 unless somebody changed it. */
const DEFAULTS: Partial<Record<DeviceSetting, number>> = { send_redirects: 1 };

export function deviceSetting(
  state: HostState,
  family: Family,
  name: DeviceSetting,
  device: string,
): Setting {
  const known = knownOf(state, family, name);
  let setting = known.get(device);
  if (!setting) {
    setting = findSetting(state, family, name, device);
    known.set(device, setting);
  }
  return setting;
}

/** Every lookup asks for some of them, and devices are few. */
const settings = new WeakMap<HostState, Record<Family, Map<DeviceSetting, Map<string, Setting>>>>();

function knownOf(state: HostState, family: Family, name: DeviceSetting): Map<string, Setting> {
  let families = settings.get(state);
  if (!families) {
    families = { 4: new Map(), 6: new Map() };
    settings.set(state, families);
  }
  let known = families[family].get(name);
  if (!known) {
    known = new Map();
    families[family].set(name, known);
  }
  return known;
}

function findSetting(state: HostState, family: Family, name: DeviceSetting, device: string): Setting {
  const places = COMBINATIONS[name] === 'device' || family === 6 ? [device] : ['all', device];
  const keys = places.map((place) => confKey(family, place, name));
  return combine(state, keys, COMBINATIONS[name], DEFAULTS[name] ?? 0);
}

/** A setting of the whole host, such as `net.ipv6.conf.all.forwarding`. */
export function hostSetting(state: HostState, key: string, otherwise: number): Setting {
  return combine(state, [key], 'device', otherwise);
}

export function confKey(family: Family, device: string, name: string): string {
  return `net.ipv${family}.conf.${device.replaceAll('.', '/')}.${name}`;
}

function combine(state: HostState, keys: string[], how: Combination, otherwise: number): Setting {
  const sysctls: Sysctl[] = [];
  const missing: Missing[] = [];
  let value = 0;
  for (const key of keys) {
    const found = state.sysctls.get(key);
    const known = found && numberOf(found);
    if (found && known !== undefined) sysctls.push(found);
    else missing.push({ kind: 'sysctl', what: key });
    value = Math.max(value, known ?? otherwise);
  }
  return { value: how === 'or' ? Math.min(1, value) : value, sysctls, missing };
}

/** Undefined for what is no number: the setting is then as good as not told. */
function numberOf(sysctl: Sysctl): number | undefined {
  const value = Number.parseInt(sysctl.value, 10);
  return Number.isNaN(value) ? undefined : value;
}
