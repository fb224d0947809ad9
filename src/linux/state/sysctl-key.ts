/** `net.ipv4.conf.eth0/100.rp_filter` of `/proc/sys/net/ipv4/conf/eth0.100/rp_filter`; undefined for other paths. */
export function keyOfPath(path: string): string | undefined {
  const match = /(?:^|\/)proc\/sys\/([\w./:@-]+)$/.exec(path);
  return match && !path.includes('*') ? dottedPath(match[1]) : undefined;
}

/** sysctl(8) writes a slash as a dot and a dot, as in the name of a VLAN's interface, as a slash. */
export function dottedPath(path: string): string {
  return path.replace(/[./]/g, (one) => (one === '/' ? '.' : '/'));
}
