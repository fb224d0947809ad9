import { writeFile } from 'node:fs/promises';
import { machine, release, type, version } from 'node:os';
import { join } from 'node:path';
import type { Lab } from './lab.ts';

/** The files a user hands in, and the command whose output each of them is. */
const FILES: Readonly<Record<string, string>> = {
  'ip-addr.txt': 'ip addr',
  'ip-addr.json': 'ip -j addr',
  'ip-link.txt': 'ip -d link',
  'ip-link.json': 'ip -j -d link',
  'ip-route.txt': 'ip route',
  'ip-route-all.txt': 'ip route show table all',
  'ip-route-all.json': 'ip -j route show table all',
  'ip-rule.txt': 'ip rule',
  'ip-rule.json': 'ip -j rule',
  'ip6-route.txt': 'ip -6 route',
  'ip6-route-all.txt': 'ip -6 route show table all',
  'ip6-route-all.json': 'ip -j -6 route show table all',
  'ip6-rule.txt': 'ip -6 rule',
  'ip6-rule.json': 'ip -j -6 rule',
  'ip-neigh.txt': 'ip neigh',
  'ip-neigh.json': 'ip -j neigh',
  rt_tables: 'cat /etc/iproute2/rt_tables',
  'nft.txt': 'nft list ruleset',
  'nft.json': 'nft -j list ruleset',
  'iptables-save.txt': 'iptables-save',
  'ip6tables-save.txt': 'ip6tables-save',
  'ss-ltn.txt': 'ss -ltn',
  'ss-lun.txt': 'ss -lun',
};

/** Programs that not every machine has; their files are left out there. */
const OPTIONAL: Readonly<Record<string, string>> = {
  'route-n.txt': 'route -n',
  'netstat-rn.txt': 'netstat -rn',
  'netstat-i.txt': 'netstat -i',
  'ifconfig.txt': 'ifconfig -a',
  'conntrack.txt': 'conntrack -L',
};

/** The settings a diagnosis may turn on, of all interfaces together and of each. */
const SETTINGS =
  /^net\.ipv4\.(conf\.[^ ]+\.(accept_local|accept_redirects|arp_announce|arp_filter|arp_ignore|forwarding|ignore_routes_with_linkdown|log_martians|proxy_arp|route_localnet|rp_filter|send_redirects|src_valid_mark)|fib_multipath_\w+|fwmark_reflect|icmp_echo_ignore_\w+|icmp_errors_use_inbound_ifaddr|ip_forward|ip_nonlocal_bind|ping_group_range|tcp_fwmark_accept) |^net\.ipv6\.(conf\.[^ ]+\.(accept_dad|accept_ra|disable_ipv6|forwarding)|fib_multipath_hash_policy|fwmark_reflect|icmp\.echo_ignore_all) /;

/** The files that tell what a change did to a server. */
const POLICY_FILES = [
  'ip-rule.json',
  'ip6-rule.json',
  'ip-route-all.json',
  'nft.txt',
  'iptables-save.txt',
  'ip6tables-save.txt',
];

/** The files of `policyOf` only: file name -> text. */
export async function readPolicyState(lab: Lab, node: 'a' | 'b'): Promise<Map<string, string>> {
  const state = new Map<string, string>();
  const take = async (file: string) => state.set(file, await lab.must(node, FILES[file]!.split(' ')));
  await Promise.all(POLICY_FILES.map(take));
  return state.set('sysctl.txt', await readSettings(lab, node));
}

/** Every state file of one server: file name -> text. Throws when a program the lab needs fails. */
export async function readState(lab: Lab, node: 'a' | 'b'): Promise<Map<string, string>> {
  const state = new Map<string, string>();
  const take = async (file: string, command: string, optional: boolean) => {
    const outcome = await lab.run(node, command.split(' '));
    // A firewall that follows no connections lists none; nobody hands in an empty file.
    if (outcome.exit === 0 && file === 'conntrack.txt' && outcome.stdout === '') return;
    if (outcome.exit === 0) state.set(file, withoutLabNames(outcome.stdout));
    else if (!optional) throw new Error(`${lab.title(node)}: ${command}: ${outcome.stderr.trim()}`);
  };
  await Promise.all([
    ...Object.entries(FILES).map(([file, command]) => take(file, command, false)),
    ...Object.entries(OPTIONAL).map(([file, command]) => take(file, command, true)),
  ]);
  state.set('sysctl.txt', await readSettings(lab, node));
  state.set('hostname', `${lab.title(node)}\n`);
  state.set('uname.txt', `${type()} ${lab.title(node)} ${release()} ${version()} ${machine()} GNU/Linux\n`);
  return state;
}

/** All counters of a server as its user would hand them in, taken before and after. */
export async function readCounterFile(lab: Lab, node: 'a' | 'b'): Promise<string> {
  return lab.must(node, ['nstat', '-asz']);
}

/** Writes a state as files into an existing folder. */
export async function writeState(state: ReadonlyMap<string, string>, folder: string): Promise<void> {
  await Promise.all([...state].map(([file, text]) => writeFile(join(folder, file), text)));
}

async function readSettings(lab: Lab, node: 'a' | 'b'): Promise<string> {
  const outcome = await lab.run(node, ['sysctl', 'net.ipv4', 'net.ipv6']);
  const lines = outcome.stdout.split('\n').filter((line) => SETTINGS.test(line));
  return `${lines.join('\n')}\n`;
}

/** `ip` names the namespace at a veth's far end; a server's `ip` would not know one of this machine. */
function withoutLabNames(text: string): string {
  return text
    .replace(/link-netns \S+/g, 'link-netnsid 0')
    .replace(/"link_netns":"[^"]*"/g, '"link_netnsid":0');
}
