import type { Family } from '../../addr/ip.ts';
import type { Hint } from './section.ts';
import { keyOfPath } from './sysctl-key.ts';

/** Commands by the words that name them, in command lines and file names alike. `ip` with its objects stands apart. */
const COMMANDS = new Map([
  ['route', 'route'],
  ['netstat', 'netstat'],
  ['ifconfig', 'ifconfig'],
  ['arp', 'arp'],
  ['sysctl', 'sysctl'],
  ['sysctls', 'sysctl'],
  ['rt_tables', 'rt_tables'],
  ['nft', 'nft'],
  ['iptables', 'iptables-save'],
  ['ip6tables', 'ip6tables-save'],
  ['ss', 'ss'],
  ['hostname', 'hostname'],
  ['uname', 'uname'],
  ['nstat', 'nstat'],
  ['conntrack', 'conntrack'],
]);

/** Objects of `ip` with the abbreviations in use (ip(8)). */
const OBJECTS = new Map([
  ['address', 'ip addr'],
  ['addresses', 'ip addr'],
  ['addr', 'ip addr'],
  ['ad', 'ip addr'],
  ['a', 'ip addr'],
  ['link', 'ip link'],
  ['li', 'ip link'],
  ['l', 'ip link'],
  ['route', 'ip route'],
  ['routes', 'ip route'],
  ['ro', 'ip route'],
  ['r', 'ip route'],
  ['rule', 'ip rule'],
  ['rules', 'ip rule'],
  ['ru', 'ip rule'],
  ['neighbour', 'ip neigh'],
  ['neighbor', 'ip neigh'],
  ['neigh', 'ip neigh'],
  ['n', 'ip neigh'],
  ['nexthop', 'ip nexthop'],
  ['nexthops', 'ip nexthop'],
]);

/** What a command line limits a listing to, so that it is not the whole: `ip route show dev eth1`, `ip route | grep eth1`. */
const LIMITS = /\||\s(?:dev|via|to|root|match|exact|proto|scope|type|src|metric|from)\s/;

/** Of a command line such as `ip -6 route show table all` or `cat /etc/iproute2/rt_tables`. */
export function hintOfCommand(line: string): Hint {
  const words = line.trim().split(/\s+/);
  while (words[0] === 'sudo' || words[0] === '-n') words.shift();
  const bare = words.map((word) => word.replace(/^.*\//, ''));
  const hint = hintOfWords(bare);
  const limited = (/^ip /.test(hint.command ?? '') && LIMITS.test(line)) || namesDevice(hint, bare);
  const keys =
    hint.command === 'sysctl' ? keysOfSysctl(words) : words.flatMap((word) => keyOfPath(word) ?? []);
  return {
    ...hint,
    family: hint.family ?? familyListed(hint),
    limited,
    keys,
    sure: true,
    configured: CONFIGURED.test(line),
  };
}

/** sysctl.d(5): what is set at the next boot. */
const CONFIGURED = /sysctl\.(?:conf|d[/\\])/;

/** `ip addr show eth1`, `ifconfig eth1`: words that are neither options nor verbs name a device. */
function namesDevice({ command }: Hint, words: readonly string[]): boolean {
  if (command !== 'ip addr' && command !== 'ip link' && command !== 'ifconfig') return false;
  const end = words.findIndex((word) => /^[0-9]*>/.test(word));
  const own = words.slice(0, end < 0 ? words.length : end);
  const start = own.findIndex((word) => (command === 'ifconfig' ? word === 'ifconfig' : OBJECTS.has(word)));
  return own.slice(start + 1).some((word) => !word.startsWith('-') && !LISTS.has(word));
}

const LISTS = new Set(['', 'show', 'sh', 'list', 'lst', 'ls', 'l', 's', 'up']);

/** `ip route` of one table and `ip rule` list IPv4 unless told otherwise (ip/iproute.c, ip/iprule.c). */
function familyListed({ command, table }: Hint): Family | null {
  return command === 'ip rule' || (command === 'ip route' && table !== 'all') ? 4 : null;
}

/** `sysctl -n KEY...` prints values alone. */
function keysOfSysctl(words: readonly string[]): readonly string[] {
  if (!words.some((word) => /^-[a-z]*n[a-z]*$|^--values$/.test(word))) return [];
  return words
    .slice(1)
    .flatMap((word) => (/^[\w/]+\.[\w./-]+$/.test(word) ? [word] : (keyOfPath(word) ?? [])));
}

/** Of a file name such as `ip6-route-all.txt`, `ip_-6_route_show_table_all`, `rt_tables` or `proc/sys/net/ipv4/ip_forward`. */
export function hintOfPath(path: string): Hint {
  const name = path.replace(/^.*[/\\]/, '').toLowerCase();
  if (/rt_tables/.test(path)) return hintOfWords(['rt_tables']);
  const key = keyOfPath(path);
  if (key !== undefined) return { ...hintOfWords([]), keys: [key] };
  const configured = CONFIGURED.test(path);
  const words = name.replace(/\.(txt|json|log|out|md|conf)$/, '').split(/[-_.\s]+/);
  return { ...hintOfWords(words.map((word) => (/^[46]$/.test(word) ? `-${word}` : word))), configured };
}

function hintOfWords(words: readonly string[]): Hint {
  const options = words.filter((word) => /^-?[a-z]+$/i.test(word)).join(' ');
  const told = { command: commandOf(words), family: familyOf(words), table: tableOf(words) };
  return {
    ...told,
    options,
    limited: false,
    configured: false,
    keys: [],
    moment: momentOf(words),
    sure: false,
  };
}

/** `nstat-before.txt`, `1-nstat.txt` and `2-nstat.txt` are told apart by their values. */
function momentOf(words: readonly string[]): 'before' | 'after' | null {
  if (words.some((word) => /^(?:before|start|begin|pre)$/i.test(word))) return 'before';
  return words.some((word) => /^(?:after|end|post)$/i.test(word)) ? 'after' : null;
}

function commandOf(words: readonly string[]): string | null {
  const ip = words.findIndex((word) => /^ip[46]?$/.test(word));
  if (ip >= 0) {
    const object = words.slice(ip + 1).find((word) => OBJECTS.has(word));
    if (object !== undefined) return OBJECTS.get(object)!;
  }
  const known = words.find((word) => COMMANDS.has(word) || COMMANDS.has(word.replace(/-.*/, '')));
  if (known !== undefined) return COMMANDS.get(known) ?? COMMANDS.get(known.replace(/-.*/, ''))!;
  const object = words.find((word) => word.length > 2 && OBJECTS.has(word));
  return object === undefined ? null : OBJECTS.get(object)!;
}

function familyOf(words: readonly string[]): Family | null {
  for (const word of words) {
    if (/^(-6|ip6|ipv6|-?-?inet6|v6|route6|rule6|rules6|routes6)$/.test(word)) return 6;
    if (/^(-4|ip4|ipv4|inet4|-?-inet|v4|route4|rule4|rules4|routes4)$/.test(word)) return 4;
  }
  return null;
}

function tableOf(words: readonly string[]): string | null {
  const at = words.indexOf('table');
  const table = at < 0 ? undefined : words[at + 1];
  if (table !== undefined && table !== '') return /^(?:0|unspec|all)$/.test(table) ? 'all' : table;
  return words.includes('all') ? 'perhaps all' : null;
}
