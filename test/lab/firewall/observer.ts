import type { Shot } from './shot.ts';

/** A table after all others that remembers which packets reach the host's programs, and with which mark. */
export const OBSERVER = `table inet observer {
 set ports {
  typeof meta l4proto . th sport . meta mark
  flags dynamic
  size 4096
 }
 set echo {
  typeof icmp id . meta mark
  flags dynamic
  size 4096
 }
 set echo6 {
  typeof icmpv6 id . meta mark
  flags dynamic
  size 4096
 }
 chain in {
  type filter hook input priority 30000; policy accept;
  tcp flags syn / fin,syn,rst,ack add @ports { meta l4proto . th sport . meta mark }
  meta l4proto udp add @ports { meta l4proto . th sport . meta mark }
  icmp type echo-request add @echo { icmp id . meta mark }
  icmpv6 type echo-request add @echo6 { icmpv6 id . meta mark }
 }
}
`;

/** The mark of the shot's packet where it was delivered, else `lost`; from `nft -j list table inet observer`. */
export function deliveredIn(json: string, shot: Shot): string {
  const name = shot.protocol === 'icmp' ? (shot.source.includes(':') ? 'echo6' : 'echo') : 'ports';
  const objects = (JSON.parse(json) as { nftables: { set?: { name: string; elem?: unknown[] } }[] }).nftables;
  const set = objects.find((one) => one.set?.name === name)?.set;
  for (const element of set?.elem ?? []) {
    const parts = (element as { concat: (string | number)[] }).concat;
    const wanted = name === 'ports' ? [shot.protocol, shot.id] : [shot.id];
    if (wanted.every((one, i) => String(parts[i]) === String(one))) return String(parts.at(-1));
  }
  return 'lost';
}

/** `x2 10.92.0.2.5400` of the first answer to the shot among tcpdump's lines, else `none`. */
export function replyIn(lines: readonly string[], shot: Shot): string {
  for (const line of lines) {
    const match = /^\S+ (x\d)\s+In\s+IP6? (\S+) > (\S+): (.*)$/.exec(line);
    if (match && answers(match[3], match[4], shot)) return `${match[1]} ${match[2]}`;
  }
  return 'none';
}

function answers(to: string, what: string, { protocol, source, id }: Shot): boolean {
  if (protocol === 'icmp') return to === source && new RegExp(`^ICMP6?,? echo reply, id ${id},`).test(what);
  if (to !== `${source}.${id}`) return false;
  return protocol === 'tcp' ? what.startsWith('Flags [S.]') : what.startsWith('UDP');
}
