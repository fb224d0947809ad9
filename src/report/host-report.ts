import type { Correlation } from '../exchange/correlation.ts';
import type { Given, HostState } from '../linux/host-state.ts';
import type { HostReport } from './analysis.ts';

/** What a host's state consists of, as a user would ask for it, and the kinds of input that tell it. */
const PARTS: readonly { readonly name: string; readonly given: readonly Given[] }[] = [
  { name: 'addresses', given: ['addresses'] },
  { name: 'routes', given: ['routes4', 'routes6', 'all-tables4', 'all-tables6'] },
  { name: 'rules', given: ['rules4', 'rules6'] },
  { name: 'sysctl', given: ['sysctl'] },
  { name: 'neighbours', given: ['neighbours'] },
  { name: 'sockets', given: ['sockets'] },
  { name: 'firewall', given: ['nft', 'iptables4', 'iptables6'] },
];

interface NamedHost {
  readonly name: string;
  /** Null where no file told anything of its configuration. */
  readonly state: HostState | null;
}

/** What was supplied for each host and what was not, captures first. */
export function hostReports(hosts: readonly NamedHost[], correlation: Correlation): HostReport[] {
  const capturing = new Set(correlation.captures.map((capture) => capture.host));
  return hosts.map(({ name, state }) => {
    const told = [...(capturing.has(name) ? ['capture'] : []), ...partsOf(state)];
    const all = ['capture', ...PARTS.map((part) => part.name)];
    return { name, given: told, missing: all.filter((part) => !told.includes(part)) };
  });
}

function partsOf(state: HostState | null): string[] {
  if (!state) return [];
  return PARTS.filter((part) => part.given.some((one) => state.given.has(one))).map((part) => part.name);
}
