import { type Ip, parseIp } from '../../addr/ip.ts';
import { parseMac } from '../../addr/mac.ts';
import { hostPrefix, type Prefix, parsePrefix } from '../../addr/prefix.ts';
import type { InterfaceAddress, Link } from '../host-state.ts';
import { Lines } from './lines.ts';
import { isLinkKind } from './link-kinds.ts';
import { groupName, scopeNumber, wholeNumber } from './names.ts';
import { addressNotUnderstood, lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** Lines of `ip -s link` and `-d` that tell nothing of routing, by their first word (iproute2, ip/ipaddress.c). */
const PASSED_OVER = new Set([
  'valid_lft',
  'altname',
  'alias',
  'promiscuity',
  'vf',
  'prog/xdp',
  'RX:',
  'TX:',
  'RX',
  'TX',
  'parentbus',
  'addrgenmode',
  'link-netnsid',
  'bridge_slave',
  'bond_slave',
  'team_slave',
  'vrf_slave',
  'openvswitch_slave',
]);

type WritableLink = { -readonly [K in keyof Link]: Link[K] };

/** `ip addr` and `ip link`, one line an interface and its own lines below, or everything on one line (`-o`). */
export function readLinksAndAddresses(reading: Reading): Told {
  const links = new Map<string, WritableLink>();
  const addresses: InterfaceAddress[] = [];
  const lines = new Lines(reading.section);
  let current: WritableLink | undefined;
  while (lines.next()) {
    const first = lines.word();
    if (/^\d+:$/.test(first)) current = startLink(reading, lines, first, links, addresses);
    else if (!current || !readDetail(reading, lines, first, current, addresses)) {
      lineNotUnderstood(reading, lines.span, 'an interface or one of its addresses');
    }
  }
  return { links: [...links.values()], addresses };
}

/** `2: eth0@if4: <UP> mtu 1500 ...`, or with `-o` `2: eth0    inet 10.0.0.1/24 ...`. */
function startLink(
  reading: Reading,
  lines: Lines,
  first: string,
  links: Map<string, WritableLink>,
  addresses: InterfaceAddress[],
): WritableLink {
  const word = lines.word().replace(/:$/, '');
  const at = word.lastIndexOf('@');
  const name = at > 0 ? word.slice(0, at) : word;
  const link = links.get(name) ?? emptyLink(name, wholeNumber(first.slice(0, -1)) ?? null, lines);
  links.set(name, link);
  const next = lines.peek();
  if (next === 'inet' || next === 'inet6') readAddress(reading, lines, link, addresses);
  else if (next.startsWith('<')) readHeader(lines, link);
  return link;
}

function emptyLink(name: string, index: number | null, lines: Lines): WritableLink {
  return {
    name,
    index,
    mac: null,
    flags: new Set(),
    mtu: null,
    master: null,
    linkKind: null,
    group: null,
    span: lines.span,
  };
}

/** Flags between angle brackets, then pairs of words; with `-o` the `link/` line follows a backslash. */
function readHeader(lines: Lines, link: WritableLink): void {
  link.flags = new Set(lines.word().replace(/[<>]/g, '').split(',').filter(Boolean));
  for (let word = lines.word(); word !== ''; word = lines.word()) {
    if (word === 'mtu') link.mtu = wholeNumber(lines.word()) ?? null;
    else if (word === 'master') link.master = lines.word();
    else if (word === 'group') link.group = groupName(lines.word());
    else if (word.startsWith('link/')) readJoined(lines, link);
  }
}

/** The lines of `ip -o -d link` below the first, joined to it: hardware address, then kind of link. */
function readJoined(lines: Lines, link: WritableLink): void {
  link.mac = parseMac(lines.word()) ?? null;
  for (let word = lines.word(); word !== ''; word = lines.word()) {
    if (word === 'link-netns' || word === 'link-netnsid') lines.word();
    else if (link.linkKind === null && isLinkKind(word)) readKind(lines, word, link);
  }
}

/** A line below an interface's own; false if it is not one that iproute2 prints. */
function readDetail(
  reading: Reading,
  lines: Lines,
  first: string,
  link: WritableLink,
  addresses: InterfaceAddress[],
): boolean {
  if (first === 'inet' || first === 'inet6') {
    lines.rewind();
    readAddress(reading, lines, link, addresses);
    return true;
  }
  if (first.startsWith('link/')) link.mac = parseMac(lines.word()) ?? null;
  else if (isLinkKind(first)) readKind(lines, first, link);
  else return PASSED_OVER.has(first) || /^\d+$/.test(first);
  return true;
}

/** `    vrf table 10 ...`: the first word of a `-d` line names the kind of the link. */
function readKind(lines: Lines, kind: string, link: WritableLink): void {
  link.linkKind = kind;
  if (kind === 'vrf') readTable(lines, link);
  else readTunnel(lines, link);
}

function readTable(lines: Lines, link: WritableLink): void {
  if (lines.word() !== 'table') return;
  const table = wholeNumber(lines.word());
  if (table !== undefined) link.vrfTable = table;
}

/** `vxlan id 5 remote 10.2.0.100 local 10.4.0.100 ...`, `gre remote 10.2.0.100 local any ...` (ip/iplink_vxlan.c, ip/link_gre.c). */
function readTunnel(lines: Lines, link: WritableLink): void {
  let [local, remote]: [Ip | null, Ip | null] = [null, null];
  for (let word = lines.word(); word !== ''; word = lines.word()) {
    if (word === 'local') local = parseIp(lines.word()) ?? null;
    else if (word === 'remote') remote = parseIp(lines.word()) ?? null;
  }
  if (local || remote) link.tunnel = { local, remote };
}

/** `inet 10.0.0.1/24 brd 10.0.0.255 scope global secondary eth0:1` (ip/ipaddress.c print_addrinfo). */
function readAddress(
  reading: Reading,
  lines: Lines,
  link: WritableLink,
  addresses: InterfaceAddress[],
): void {
  lines.word();
  const own = lines.word();
  const peer = readPeer(lines);
  const prefix = peer ? withLength(own, peer.length) : parsePrefix(own);
  if (!prefix) {
    addressNotUnderstood(reading, lines.span, 'inet ADDRESS/LENGTH scope SCOPE', link.name);
    return;
  }
  const { scope, flags } = readAddressWords(lines, link.name);
  addresses.push({ device: link.name, prefix, peer: peer ?? null, scope, flags, span: lines.span });
}

/** `10.0.0.1 peer 10.0.0.2/32`: the length is the peer's (IFA_ADDRESS), and counts for the address as well. */
function readPeer(lines: Lines): Prefix | undefined {
  if (lines.peek() !== 'peer') return undefined;
  lines.word();
  return parsePrefix(lines.word());
}

function withLength(text: string, length: number): Prefix | undefined {
  const address = parseIp(text);
  return address && length <= hostPrefix(address).length ? { address, length } : undefined;
}

function readAddressWords(lines: Lines, device: string): { scope: number; flags: ReadonlySet<string> } {
  let scope = 0;
  const flags = new Set<string>();
  for (let word = lines.word(); word !== '' && word !== 'valid_lft'; word = lines.word()) {
    if (word === 'scope') scope = scopeNumber(lines.word()) ?? 0;
    else if (word === 'brd' || word === 'any' || word === 'metric' || word === 'proto' || word === 'flags')
      lines.word();
    else if (word !== device && !word.startsWith(`${device}:`)) flags.add(word);
  }
  return { scope, flags };
}
