import { type Ip, isLinkLocal, isLoopback, isMulticast, isUnspecified, sameIp } from '../addr/ip.ts';
import { contains, type Prefix, parsePrefix } from '../addr/prefix.ts';
import type { HostIndex } from './host-index.ts';
import type { InterfaceAddress } from './host-state.ts';
import { confKey, hostSetting } from './sysctl.ts';

const SCOPE_LINKLOCAL = 2;
const SCOPE_SITELOCAL = 5;
const SCOPE_GLOBAL = 14;

/** A rule of RFC 6724 section 5: the candidate's mark by it; of two candidates the higher one wins. */
type SourceRule = (one: InterfaceAddress, to: Ip, device: string | null, index: HostIndex) => number;

/** ipv6_dev_get_saddr: the source for a destination that leaves by a device. */
export function selectAddress6(index: HostIndex, device: string | null, destination: Ip): Ip | null {
  if (!index.state.given.has('addresses')) return null;
  let best: InterfaceAddress | null = null;
  for (const candidate of candidatesOf(index, device, destination)) {
    if (!best || wins(candidate, best, destination, device, index)) best = candidate;
  }
  return best?.prefix.address ?? null;
}

/** Section 4: any address of the host, but for multicast and link-local destinations only those of the device. */
function candidatesOf(index: HostIndex, device: string | null, destination: Ip): InterfaceAddress[] {
  const onlyDevice =
    device !== null &&
    (isMulticast(destination) || scopeOf(destination) <= SCOPE_LINKLOCAL || onlyOwnAddresses(index, device));
  const devices = onlyDevice && device !== null ? [device] : index.devices;
  return devices.flatMap((name) => index.addresses.get(name) ?? []).filter(isCandidate);
}

function onlyOwnAddresses(index: HostIndex, device: string): boolean {
  return hostSetting(index.state, confKey(6, device, 'use_oif_addrs_only'), 0).value !== 0;
}

function isCandidate(one: InterfaceAddress): boolean {
  const ip = one.prefix.address;
  if (ip.family !== 6 || isUnspecified(ip) || isMulticast(ip)) return false;
  return !one.flags.has('tentative') || one.flags.has('optimistic');
}

/** ipv6_get_saddr_eval, its rules in order; most are never asked, because one before them decides. */
const RULES: readonly SourceRule[] = [
  (one, to) => Number(sameIp(one.prefix.address, to)),
  (one, to) => scopeScore(scopeOf(one.prefix.address), scopeOf(to)),
  (one) =>
    Number(isLoopback(one.prefix.address) || !(one.flags.has('deprecated') || one.flags.has('optimistic'))),
  (one, _, device) => Number(device === null || one.device === device),
  (one, to) => Number(labelOf(one.prefix.address) === labelOf(to)),
  (one, _, __, index) => Number(!one.flags.has('temporary') !== prefersTemporary(index, one.device)),
  (one, to) => Number(contains(ORCHID, one.prefix.address) === contains(ORCHID, to)),
  (one, to) => Math.min(commonBits(one.prefix.address, to), one.prefix.length),
];

function wins(
  one: InterfaceAddress,
  best: InterfaceAddress,
  to: Ip,
  device: string | null,
  index: HostIndex,
): boolean {
  for (const rule of RULES) {
    const ahead = rule(one, to, device, index) - rule(best, to, device, index);
    if (ahead !== 0) return ahead > 0;
  }
  return false;
}

/** Rule 2: the smallest scope that is enough; failing that the largest. */
function scopeScore(scope: number, wanted: number): number {
  return scope >= wanted ? -scope : scope - 128;
}

/** Rule 7: public addresses, unless use_tempaddr is 2. */
function prefersTemporary(index: HostIndex, device: string): boolean {
  return hostSetting(index.state, confKey(6, device, 'use_tempaddr'), 0).value >= 2;
}

/** __ipv6_addr_type's scopes. */
function scopeOf(ip: Ip): number {
  if (isMulticast(ip)) return (ip.w0 >>> 16) & 0xf;
  if (isLoopback(ip) || isLinkLocal(ip)) return SCOPE_LINKLOCAL;
  return ip.w0 >>> 22 === 0x3fb ? SCOPE_SITELOCAL : SCOPE_GLOBAL;
}

const ORCHID = prefix('2001:10::/28');

/** net/ipv6/addrlabel.c, the table of RFC 6724 section 2.1 as the kernel has it; longest prefix first. */
const LABELS: readonly (readonly [Prefix, number])[] = [
  [prefix('::1/128'), 0],
  [prefix('::ffff:0:0/96'), 4],
  [prefix('::/96'), 3],
  [prefix('2001:10::/28'), 7],
  [prefix('2001::/32'), 6],
  [prefix('2002::/16'), 2],
  [prefix('3ffe::/16'), 12],
  [prefix('fec0::/10'), 11],
  [prefix('fc00::/7'), 5],
];

function labelOf(ip: Ip): number {
  return LABELS.find(([one]) => contains(one, ip))?.[1] ?? 1;
}

function prefix(text: string): Prefix {
  const parsed = parsePrefix(text);
  if (!parsed) throw new TypeError(text);
  return parsed;
}

/** ipv6_addr_diff: how many leading bits are the same. */
function commonBits(a: Ip, b: Ip): number {
  const words = [a.w0 ^ b.w0, a.w1 ^ b.w1, a.w2 ^ b.w2, a.w3 ^ b.w3];
  const at = words.findIndex((word) => word !== 0);
  return at < 0 ? 128 : at * 32 + Math.clz32(words[at]);
}
