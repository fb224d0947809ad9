import { parseIp } from '../../addr/ip.ts';
import { parseMac } from '../../addr/mac.ts';
import { hostPrefix, type Prefix, parsePrefix } from '../../addr/prefix.ts';
import type { InterfaceAddress, Link } from '../host-state.ts';
import {
  isObject,
  type Located,
  numberOf,
  objectsOf,
  objectsUnder,
  prefixText,
  textOf,
  textsOf,
} from './json-objects.ts';
import { groupName, scopeNumber } from './names.ts';
import { addressNotUnderstood, lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** `ip -j addr` and `ip -j link`, with or without `-d` and `-s` (iproute2, ip/ipaddress.c print_linkinfo). */
export function readLinksAndAddressesJson(reading: Reading): Told {
  const links: Link[] = [];
  const addresses: InterfaceAddress[] = [];
  for (const object of objectsOf(reading)) {
    const link = linkOf(object);
    if (!link) lineNotUnderstood(reading, object.span, 'ifname');
    else {
      links.push(link);
      readAddresses(reading, object, link.name, addresses);
    }
  }
  return { links, addresses };
}

function linkOf({ value, span }: Located): Link | undefined {
  const name = textOf(value.ifname);
  if (name === null) return undefined;
  const info = isObject(value.linkinfo) ? value.linkinfo : {};
  const data = isObject(info.info_data) ? info.info_data : {};
  const vrfTable = info.info_kind === 'vrf' ? numberOf(data.table) : null;
  return {
    name,
    index: numberOf(value.ifindex),
    mac: parseMac(textOf(value.address) ?? '') ?? null,
    flags: new Set(textsOf(value.flags)),
    mtu: numberOf(value.mtu),
    master: textOf(value.master),
    linkKind: textOf(info.info_kind),
    group: groupName(textOf(value.group)),
    ...(vrfTable === null ? {} : { vrfTable }),
    ...tunnelOf(data),
    span,
  };
}

function tunnelOf(data: Located['value']): Pick<Link, 'tunnel'> {
  const end = (name: string) => parseIp(textOf(data[name]) ?? textOf(data[`${name}6`]) ?? '') ?? null;
  const [local, remote] = [end('local'), end('remote')];
  return local || remote ? { tunnel: { local, remote } } : {};
}

function readAddresses(reading: Reading, parent: Located, device: string, into: InterfaceAddress[]): void {
  for (const { value, span } of objectsUnder(reading, parent, 'addr_info')) {
    const prefix = parsePrefix(prefixText(value.local ?? value.address, value.prefixlen));
    const scope = scopeNumber(textOf(value.scope) ?? 'global');
    if (!prefix || scope === undefined)
      addressNotUnderstood(reading, span, 'local, prefixlen, scope', device);
    else {
      // Flags are members that hold true (print_ifa_flags).
      const flags = new Set(Object.keys(value).filter((key) => value[key] === true));
      into.push({ device, prefix, peer: peerOf(value, prefix), scope, flags, span });
    }
  }
}

/** The member `address` is there only where the peer differs from the address itself. */
function peerOf(value: Located['value'], prefix: Prefix): Prefix | null {
  if (value.local === undefined) return null;
  const address = parseIp(textOf(value.address) ?? '');
  return address && prefix.length <= hostPrefix(address).length ? { address, length: prefix.length } : null;
}
