import { isServer, type Lab } from './lab.ts';
import { type Node, sysctlName } from './scenario.ts';

/** Every setting that decides a scenario is written down, since defaults differ between distributions. */
export async function setSysctls(lab: Lab, node: Node, names: readonly string[]): Promise<void> {
  const forwarding = isServer(node) ? 0 : 1;
  const four = {
    rp_filter: 0,
    arp_announce: 0,
    arp_ignore: 0,
    arp_filter: 0,
    accept_local: 0,
    accept_redirects: 1,
    send_redirects: 0,
    proxy_arp: 0,
    src_valid_mark: 0,
    ignore_routes_with_linkdown: 0,
    log_martians: 0,
    forwarding,
  };
  const six = { disable_ipv6: 0, accept_dad: 0, accept_ra: 0, router_solicitations: 0, forwarding };
  const words = names
    .map(sysctlName)
    .flatMap((name) => [
      ...Object.entries(four).map(([key, value]) => `net.ipv4.conf.${name}.${key}=${value}`),
      ...Object.entries(six).map(([key, value]) => `net.ipv6.conf.${name}.${key}=${value}`),
    ]);
  await lab.must(node, ['sysctl', '-qw', ...words]);
}
