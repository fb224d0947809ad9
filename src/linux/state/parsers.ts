import type { FormKind } from './forms.ts';
import { readLinksAndAddresses } from './ip-addr.ts';
import { readNeighbours } from './ip-neigh.ts';
import { readRoutes } from './ip-route.ts';
import { readRules } from './ip-rule.ts';
import { readTableNames } from './rt-tables.ts';
import type { Reading } from './section.ts';
import { readSysctls } from './sysctl.ts';
import type { Told } from './told.ts';

const NOTHING: Told = {};

/** How each form is read. Firewall rules are only noted as given: another part of the simulator reads them. */
export const PARSERS: Record<FormKind, (reading: Reading) => Told> = {
  'ip-addr': (reading) => ({ ...readLinksAndAddresses(reading), given: ['links', 'addresses'] }),
  'ip-addr-json': () => NOTHING,
  'ip-link': (reading) => ({ links: readLinksAndAddresses(reading).links ?? [], given: ['links'] }),
  'ip-link-json': () => NOTHING,
  'ip-route': readRoutes,
  'ip-route-json': () => NOTHING,
  'ip-rule': readRules,
  'ip-rule-json': () => NOTHING,
  'ip-neigh': readNeighbours,
  'ip-neigh-json': () => NOTHING,
  'ip-nexthop': () => NOTHING,
  'ip-nexthop-json': () => NOTHING,
  'route-table': () => NOTHING,
  'route-table6': () => NOTHING,
  ifconfig: () => NOTHING,
  sysctl: readSysctls,
  'rt-tables': (reading) => {
    readTableNames(reading);
    return { given: ['table-names'] };
  },
  ss: () => NOTHING,
  hostname: () => NOTHING,
  uname: () => NOTHING,
  nft: () => ({ given: ['nft'] }),
  'nft-json': () => ({ given: ['nft'] }),
  iptables4: () => ({ given: ['iptables4'] }),
  iptables6: () => ({ given: ['iptables6'] }),
  nstat: () => NOTHING,
  conntrack: () => NOTHING,
  'netstat-i': () => NOTHING,
  'ip-route-get': () => NOTHING,
};
