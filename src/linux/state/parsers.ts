import { readNftJson } from '../firewall/nft-json.ts';
import { readArpTable } from './arp.ts';
import { readConntrack } from './conntrack.ts';
import { readIptablesLines, readIptablesList, readNftLines } from './firewall-lines.ts';
import type { FormKind } from './forms.ts';
import { readIfconfig } from './ifconfig.ts';
import { readLinksAndAddresses } from './ip-addr.ts';
import { readLinksAndAddressesJson } from './ip-addr-json.ts';
import { readBrief, readBriefNeighbours } from './ip-brief.ts';
import { readNeighbours } from './ip-neigh.ts';
import { readNeighboursJson } from './ip-neigh-json.ts';
import { readNetconf } from './ip-netconf.ts';
import { readNextHopObjects, readNextHopObjectsJson } from './ip-nexthop.ts';
import { readRoutes } from './ip-route.ts';
import { readRoutesJson } from './ip-route-json.ts';
import { readRules } from './ip-rule.ts';
import { readRulesJson } from './ip-rule-json.ts';
import { readNetstatSockets } from './netstat-sockets.ts';
import { readNetstatStatistics } from './netstat-statistics.ts';
import { readNstat, readNstatJson, readProcCounters } from './nstat.ts';
import { readRouteTable } from './route-table.ts';
import { readRouteTable6 } from './route-table6.ts';
import { readTableNames } from './rt-tables.ts';
import type { Reading } from './section.ts';
import { readListeners } from './ss.ts';
import { readSysctls, readSysctlValues } from './sysctl.ts';
import type { Told } from './told.ts';
import { readKernelRelease } from './uname.ts';

/** How each form is read. */
export const PARSERS: Record<FormKind, (reading: Reading) => Told> = {
  'ip-addr': (reading) => ({ ...readLinksAndAddresses(reading), given: ['links', 'addresses'] }),
  'ip-addr-json': (reading) => ({ ...readLinksAndAddressesJson(reading), given: ['links', 'addresses'] }),
  'ip-brief': readBrief,
  'ip-link': (reading) => linksOnly(readLinksAndAddresses(reading)),
  'ip-link-json': (reading) => linksOnly(readLinksAndAddressesJson(reading)),
  'ip-route': readRoutes,
  'ip-route-json': readRoutesJson,
  'ip-rule': readRules,
  'ip-rule-json': readRulesJson,
  'ip-neigh': readNeighbours,
  'ip-neigh-json': readNeighboursJson,
  'ip-brief-neigh': readBriefNeighbours,
  arp: readArpTable,
  'ip-nexthop': readNextHopObjects,
  'ip-nexthop-json': readNextHopObjectsJson,
  'route-table': readRouteTable,
  'route-table6': readRouteTable6,
  ifconfig: readIfconfig,
  sysctl: readSysctls,
  'sysctl-values': readSysctlValues,
  'ip-netconf': readNetconf,
  'rt-tables': readTableNames,
  ss: readListeners,
  hostname: passOver,
  uname: readKernelRelease,
  nft: readNftLines,
  'nft-json': (reading) => ({ given: ['nft'], firewall: readNftJson(reading) }),
  iptables4: readIptablesLines('iptables4'),
  iptables6: readIptablesLines('iptables6'),
  'iptables-list': readIptablesList,
  nstat: readNstat,
  'nstat-json': readNstatJson,
  'proc-counters': readProcCounters,
  'netstat-statistics': readNetstatStatistics,
  'netstat-sockets': readNetstatSockets,
  conntrack: readConntrack,
  'netstat-i': passOver,
  'ip-route-get': passOver,
};

function linksOnly({ links }: Told): Told {
  return { links: links ?? [], given: ['links'] };
}

function passOver(): Told {
  return {};
}
