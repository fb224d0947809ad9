import { parseIp } from '../../addr/ip.ts';
import { parseMac } from '../../addr/mac.ts';
import { hostPrefix, maskLength, type Prefix, parsePrefix } from '../../addr/prefix.ts';
import type { InterfaceAddress, Link } from '../host-state.ts';
import { Lines } from './lines.ts';
import { wholeNumber } from './names.ts';
import { addressNotUnderstood, lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

type WritableLink = { -readonly [K in keyof Link]: Link[K] };

/** rt_scope by the scope as `ifconfig` prints it, in both styles (RFC 4007 values in the newer). */
const SCOPES = new Map([
  ['<global>', 0],
  ['<link>', 253],
  ['<host>', 254],
  ['<site>', 200],
  ['Scope:Global', 0],
  ['Scope:Link', 253],
  ['Scope:Host', 254],
  ['Scope:Site', 200],
]);

/** Counters, queue lengths, resources and other lines that tell nothing of routing. */
const PASSED_OVER =
  /^(?:RX|TX|collisions:|Interrupt:|Memory:|device |loop |unspec |tunnel |sit |ppp |Base |inet6? \[NONE)/;

/** The line that begins an interface, however far a ticket has indented it. */
const START = /^\S+(?:: flags=\d+<|\s+Link encap:)/;

/**
 * `ifconfig` of net-tools in both its styles (`eth0: flags=4163<UP,...>` and `eth0  Link encap:Ethernet`). It shows no
 * ifindex and only the first IPv4 address of an interface; others stand under an alias such as `eth0:1`.
 */
export function readIfconfig(reading: Reading): Told {
  const links = new Map<string, WritableLink>();
  const addresses: InterfaceAddress[] = [];
  const lines = new Lines(reading.section);
  let current: WritableLink | undefined;
  while (lines.next()) {
    if (START.test(lines.text)) current = startLink(lines, links);
    else if (!current || !readDetail(lines, current, addresses)) tellLost(reading, lines, current);
  }
  return { links: [...links.values()], addresses, given: ['links', 'addresses'] };
}

function tellLost(reading: Reading, lines: Lines, current: Link | undefined): void {
  const expected = 'an interface of ifconfig or one of its addresses';
  if (current && /^\s*inet6?\s/.test(lines.text))
    addressNotUnderstood(reading, lines.span, expected, current.name);
  else lineNotUnderstood(reading, lines.span, expected);
}

function startLink(lines: Lines, links: Map<string, WritableLink>): WritableLink {
  const name = lines.word().replace(/:$/, '').replace(/:.*$/, '');
  const fresh: WritableLink = {
    name,
    index: null,
    mac: null,
    flags: new Set(),
    mtu: null,
    master: null,
    linkKind: null,
    group: null,
    span: lines.span,
  };
  const link = links.get(name) ?? fresh;
  links.set(name, link);
  const text = lines.text;
  const flags = /flags=\d+<([^>]*)>/.exec(text);
  if (flags) link.flags = asIpPrintsThem(flags[1].split(',').filter(Boolean));
  const mac = /HWaddr (\S+)/.exec(text);
  if (mac) link.mac = parseMac(mac[1]) ?? null;
  takeMtu(text, link);
  return link;
}

function takeMtu(text: string, link: WritableLink): void {
  const mtu = /\b(?:mtu |MTU:)(\d+)/.exec(text);
  if (mtu) link.mtu = wholeNumber(mtu[1]) ?? null;
}

/** `ip` shows IFF_RUNNING as the absence of NO-CARRIER and, nearly the same, LOWER_UP. */
function asIpPrintsThem(words: readonly string[]): ReadonlySet<string> {
  const flags = new Set(words);
  if (flags.delete('RUNNING')) flags.add('LOWER_UP');
  else if (flags.has('UP')) flags.add('NO-CARRIER');
  return flags;
}

function readDetail(lines: Lines, link: WritableLink, addresses: InterfaceAddress[]): boolean {
  const text = lines.text;
  const words = lines.words();
  if (words[0] === 'inet' || words[0] === 'inet6') {
    const address = words[0] === 'inet' ? address4(words, lines, link) : address6(words, lines, link);
    if (address) addresses.push(address);
    return address !== undefined || PASSED_OVER.test(text);
  }
  if (words[0] === 'ether') link.mac = parseMac(words[1] ?? '') ?? null;
  else if (/\bMTU:\d+/.test(text)) {
    link.flags = asIpPrintsThem(words.filter((word) => /^[A-Z]+$/.test(word)));
    takeMtu(text, link);
  } else return PASSED_OVER.test(text);
  return true;
}

/** `inet 10.0.0.1  netmask 255.255.255.0  destination 10.0.0.2`, or `inet addr:10.0.0.1  P-t-P:...  Mask:...`. */
function address4(words: readonly string[], lines: Lines, link: Link): InterfaceAddress | undefined {
  const after = (plain: string, old: string) =>
    words[words.indexOf(plain) + 1 || words.length] ??
    words.find((word) => word.startsWith(old))?.slice(old.length);
  const address = parseIp(after('inet', '\0')?.replace(/^addr:/, '') ?? '');
  const mask = parseIp(after('netmask', 'Mask:') ?? '');
  const length = mask ? maskLength(mask) : 32;
  if (address?.family !== 4 || length === undefined) return undefined;
  const peer = parseIp(after('destination', 'P-t-P:') ?? '');
  return {
    device: link.name,
    prefix: { address, length },
    peer: peer ? { address: peer, length } : null,
    scope: address.w0 >>> 24 === 127 ? 254 : 0,
    flags: new Set(),
    span: lines.span,
  };
}

/** `inet6 fe80::1  prefixlen 64  scopeid 0x20<link>`, or `inet6 addr: fe80::1/64 Scope:Link`. */
function address6(words: readonly string[], lines: Lines, link: Link): InterfaceAddress | undefined {
  const prefix = prefix6(words);
  const scope = SCOPES.get(words[words.length - 1].replace(/^0x[0-9a-f]+/, ''));
  if (prefix?.address.family !== 6 || scope === undefined) return undefined;
  return { device: link.name, prefix, peer: null, scope, flags: new Set(), span: lines.span };
}

function prefix6(words: readonly string[]): Prefix | undefined {
  const old = words.indexOf('addr:');
  if (old >= 0) return parsePrefix(words[old + 1] ?? '');
  const address = parseIp(words[1] ?? '');
  const at = words.indexOf('prefixlen');
  const length = at < 0 ? 128 : wholeNumber(words[at + 1] ?? '');
  return address && length !== undefined && length <= hostPrefix(address).length
    ? { address, length }
    : undefined;
}
