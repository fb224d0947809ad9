/** Names that iproute2 prints in place of numbers (lib/rt_names.c, /etc/iproute2, /etc/protocols). */

const SCOPES = new Map([
  ['global', 0],
  ['site', 200],
  ['link', 253],
  ['host', 254],
  ['nowhere', 255],
]);

/** rt_dsfield: the class selectors of RFC 2474 and 2597, EF (RFC 3246), and the TOS names of older releases. */
const DS_FIELDS = new Map([
  ['default', 0x00],
  ['lowdelay', 0x10],
  ['throughput', 0x08],
  ['reliability', 0x04],
  ['mincost', 0x02],
  ['CS0', 0x00],
  ['CS1', 0x20],
  ['CS2', 0x40],
  ['CS3', 0x60],
  ['CS4', 0x80],
  ['CS5', 0xa0],
  ['CS6', 0xc0],
  ['CS7', 0xe0],
  ['AF11', 0x28],
  ['AF12', 0x30],
  ['AF13', 0x38],
  ['AF21', 0x48],
  ['AF22', 0x50],
  ['AF23', 0x58],
  ['AF31', 0x68],
  ['AF32', 0x70],
  ['AF33', 0x78],
  ['AF41', 0x88],
  ['AF42', 0x90],
  ['AF43', 0x98],
  ['EF', 0xb8],
  ['VOICE-ADMIT', 0xb0],
]);

/** IANA protocol numbers by the names of /etc/protocols. */
const PROTOCOLS = new Map([
  ['icmp', 1],
  ['igmp', 2],
  ['ipencap', 4],
  ['ipip', 4],
  ['tcp', 6],
  ['egp', 8],
  ['udp', 17],
  ['dccp', 33],
  ['ipv6', 41],
  ['rsvp', 46],
  ['gre', 47],
  ['esp', 50],
  ['ah', 51],
  ['ipv6-icmp', 58],
  ['icmpv6', 58],
  ['ospf', 89],
  ['pim', 103],
  ['vrrp', 112],
  ['l2tp', 115],
  ['sctp', 132],
  ['udplite', 136],
]);

/** rt_protos: routing protocols that `ip -N` prints as numbers; those that a simulation or a reader may ask for. */
const ROUTE_PROTOCOLS = new Map([
  ['1', 'redirect'],
  ['2', 'kernel'],
  ['3', 'boot'],
  ['4', 'static'],
  ['9', 'ra'],
  ['16', 'dhcp'],
]);

export function routeProtocol(word: string): string {
  return ROUTE_PROTOCOLS.get(word) ?? word;
}

/** /etc/iproute2/group: `ip -N` prints 0 for the group that is named `default`. */
export function groupName<T extends string | null>(word: T): T | 'default' {
  return word === '0' ? 'default' : word;
}

export function scopeNumber(word: string): number | undefined {
  return SCOPES.get(word) ?? wholeNumber(word);
}

/** The tos or DS field byte, of `0x10`, `16` or a name. iproute2 prints hexadecimal with 0x (rtnl_dsfield_n2a). */
export function dsField(word: string): number | undefined {
  return DS_FIELDS.get(word) ?? wholeNumber(word);
}

/** Names alone; `ip route get` reads what is none as hexadecimal. */
export function dsFieldNamed(name: string): number | undefined {
  return DS_FIELDS.get(name);
}

/** A DSCP (the upper six bits of the DS field) by name or number (rtnl_dscp_n2a). */
export function dscpNumber(word: string): number | undefined {
  const named = DS_FIELDS.get(word);
  return named === undefined ? wholeNumber(word) : named >>> 2;
}

/** `tcp`, `6`, or `ipproto-250`, which inet_proto_n2a prints for a number without a name. */
export function protocolNumber(word: string): number | undefined {
  return PROTOCOLS.get(word.toLowerCase()) ?? wholeNumber(word.replace(/^ipproto-/, ''));
}

/** A decimal or 0x hexadecimal number of at most 32 bits. */
export function wholeNumber(word: string): number | undefined {
  if (word.length > 10) return undefined;
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(word)) return undefined;
  const value = Number(word);
  return value <= 0xffffffff ? value : undefined;
}
