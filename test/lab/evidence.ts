import type { Measurement } from './measure.ts';
import type { Node } from './scenario.ts';
import type { Event, Stage } from './stage.ts';

/** The kernel's verdict: what kept the probe from succeeding. */
export interface Verdict {
  /** Code of the truth files, e.g. `B_RPF_STRICT_DROPS_REQUEST`. */
  readonly code: string;
  readonly host: 'a' | 'b' | null;
  /** The first stage at which the packet was missing; null when nothing is wrong. */
  readonly stage:
    | 'request_left_a'
    | 'request_reached_b'
    | 'reply_left_b'
    | 'reply_reached_a'
    | 'accepted_by_a'
    | null;
  readonly explanation: string;
}

/** A verdict in one line. */
export function verdict(
  code: string,
  host: Verdict['host'],
  stage: Verdict['stage'],
  explanation: string,
): Verdict {
  return { code, host, stage, explanation };
}

/** What the measurements do not explain is a failure of the lab, never a guess. */
export function unexplained(stage: Verdict['stage']): Verdict {
  return verdict('UNEXPLAINED', null, stage, 'The measurements do not say why.');
}

/** How much a counter of a node rose while the probe ran. */
export function rose(m: Measurement, node: Node, counter: string): number {
  return m.counters.get(node)?.[counter] ?? 0;
}

/** The node's kernel counted packets that failed its reverse-path filter. */
export function filtered(m: Measurement, node: Node): boolean {
  return rose(m, node, 'TcpExtIPReversePathFilter') > 0;
}

/** The value of a setting in the files of a server, by the end of its key. */
export function setting(m: Measurement, node: 'a' | 'b', key: string): number {
  return Number(m.states[node].get('sysctl.txt')!.split(`.${key} = `)[1]?.[0] ?? 0);
}

/** The greater of `all` and the interface decides (IN_DEV_RPFILTER in linux/inetdevice.h). */
export function rpFilterMode(m: Measurement, node: 'a' | 'b', name: string): 'STRICT' | 'LOOSE' {
  const value = (of: string) => setting(m, node, `conf.${of.replaceAll('.', '/')}.rp_filter`);
  return Math.max(value('all'), value(name)) === 2 ? 'LOOSE' : 'STRICT';
}

/** The kernel named this drop reason on this node; false, too, where drop reasons cannot be read. */
export function dropped(m: Measurement, node: 'a' | 'b' | 'router', reason: string): boolean {
  const title = node === 'router' ? node : m.states[node].get('hostname')!.trim();
  return Object.keys(m.drops?.[title] ?? {}).some((key) => key.startsWith(reason));
}

/** The first address this node asked ARP or neighbour discovery for in vain. */
export function unanswered(m: Measurement, node: Node) {
  const silent = m.stages.events.find(
    (event) => event.event === 'neighbour_unanswered' && event.node === node,
  );
  return silent?.event === 'neighbour_unanswered' ? silent : null;
}

export type IcmpError = Extract<Event, { event: 'icmp_error' }>;

/** ICMP errors about the probe that a node sent or received on a link (not those to itself, on lo). */
export function icmpErrors(m: Measurement, node: Node, direction: 'in' | 'out'): IcmpError[] {
  return m.stages.events.filter(
    (event): event is IcmpError =>
      event.event === 'icmp_error' && event.node === node && event.dir === direction && event.iface !== 'lo',
  );
}

/** The interface most packets of a stage were seen on. */
export function interfaceOf(stage: Stage): string | undefined {
  return Object.entries(stage.ifaces ?? {}).sort((one, other) => other[1] - one[1])[0]?.[0];
}

/** An address record of `ip -j addr`. */
interface AddressRecord {
  readonly ifname: string;
  readonly flags: readonly string[];
  readonly addr_info: readonly { readonly local: string }[];
}

/** The interface of a server that bears an address. */
export function bearerOf(m: Measurement, node: 'a' | 'b', address: string): string | undefined {
  const bears = ({ addr_info }: AddressRecord) => addr_info.some(({ local }) => local === address);
  return recordsOf(m, node).find(bears)?.ifname;
}

/** The interface has no carrier. */
export function withoutCarrier(m: Measurement, node: 'a' | 'b', name: string | undefined): boolean {
  return recordsOf(m, node).some(({ ifname, flags }) => ifname === name && flags.includes('NO-CARRIER'));
}

function recordsOf(m: Measurement, node: 'a' | 'b'): AddressRecord[] {
  return JSON.parse(m.states[node].get('ip-addr.json')!) as AddressRecord[];
}
