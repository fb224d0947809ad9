import type { HostIdentity } from '../addr/identity.ts';

/** Names that systemd, udev and people give to Linux interfaces, with a VLAN's number behind. */
const USUAL =
  /^(lo|(eth|bond|br|wlan|team|tun|tap|ib|vlan|dummy|virbr|docker|wg)\d+|br-\w+|en(o|s|p|x)\w+|veth\w+)(\.\d+)?$/;

/** `eth0.pcap3.gz`: tcpdump's -C appends a number, people compress. */
const ENDING = /(\.(pcap|pcapng|cap|dmp)\d*)?(\.(gz|zst))?$/;

/** The interface that a file's name names: one of the host's, or one that looks like it where the host is unknown. */
export function interfaceOfFile(file: string, identity: HostIdentity | null): string | null {
  const base = file.slice(file.lastIndexOf('/') + 1).replace(ENDING, '');
  if (!identity) return USUAL.test(base) ? base : null;
  const names = identity.interfaces.map((one) => one.name).filter((name) => mentions(base, name));
  return names.length === 1 ? names[0] : (names.find((name) => name === base) ?? null);
}

/** The whole name, or a part of it between dashes and underscores: `serverB-eth0_1`. */
function mentions(base: string, name: string): boolean {
  return base === name || base.split(/[-_]/).includes(name);
}

/** libpcap's pseudo-interface on which all others are seen. */
export function isOneInterface(name: string | null): name is string {
  return name !== null && name !== '' && name !== 'any';
}
