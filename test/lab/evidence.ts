import { policyOf, ruleFault } from './change.ts';
import type { Measurement } from './measure.ts';
import type { Node } from './scenario.ts';
import type { Stage } from './stage.ts';

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

/** The rule fault named by the first change of this server that cured the probe. */
export function provenRuleFault(m: Measurement, node: 'a' | 'b'): string | null {
  const before = policyOf(m.states[node]);
  const proved = m.fixes.filter((fix) => fix.proved);
  return proved.map((fix) => ruleFault(before, fix.changes[node])).find((code) => code !== null) ?? null;
}

/** The node's kernel counted packets that failed its reverse-path filter. */
export function filtered(m: Measurement, node: Node): boolean {
  return (m.counters.get(node)?.TcpExtIPReversePathFilter ?? 0) > 0;
}

/** The greater of `all` and the interface decides (IN_DEV_RPFILTER in linux/inetdevice.h). */
export function rpFilterMode(m: Measurement, node: 'a' | 'b', name: string): 'STRICT' | 'LOOSE' {
  const settings = m.states[node].get('sysctl.txt')!;
  const value = (of: string) => Number(settings.split(`conf.${of}.rp_filter = `)[1]?.[0] ?? 0);
  return Math.max(value('all'), value(name)) === 2 ? 'LOOSE' : 'STRICT';
}

/** The kernel named this drop reason on this server; false, too, where drop reasons cannot be read. */
export function dropped(m: Measurement, node: 'a' | 'b', reason: string): boolean {
  const title = m.states[node].get('hostname')!.trim();
  return Object.keys(m.drops?.[title] ?? {}).some((key) => key.startsWith(reason));
}

/** The first address this node asked ARP or neighbour discovery for in vain. */
export function unanswered(m: Measurement, node: Node) {
  const silent = m.stages.events.find(
    (event) => event.event === 'neighbour_unanswered' && event.node === node,
  );
  return silent?.event === 'neighbour_unanswered' ? silent : null;
}

/** The interface most packets of a stage were seen on. */
export function interfaceOf(stage: Stage): string | undefined {
  return Object.entries(stage.ifaces ?? {}).sort((one, other) => other[1] - one[1])[0]?.[0];
}
