import { formatIp } from '../addr/ip.ts';
import type { FirewallChange, FirewallRule, Passage } from '../linux/passage.ts';
import type { CauseSource } from '../reason/cause.ts';
import type { Trip, TripStep } from '../reason/trip/trip.ts';

/** What a rule did to a packet that it let pass. */
export function changeWords({ what }: FirewallChange): string {
  switch (what.kind) {
    case 'mark':
      return `sets the mark ${markText(what.value)}`;
    case 'connection-mark':
      return `sets the mark ${markText(what.value)} on the connection`;
    case 'notrack':
      return 'takes it out of connection tracking';
    case 'tos':
      return `sets the tos 0x${what.value.toString(16)}`;
    case 'ttl':
      return `sets the TTL ${what.value}`;
    case 'source':
    case 'destination': {
      const to = [what.address && formatIp(what.address), what.port && `port ${what.port}`].filter(Boolean);
      return `rewrites the ${what.kind}${to.length > 0 ? ` to ${to.join(' ')}` : ''}`;
    }
  }
}

/** As `ip rule` and nft write marks. */
export function markText(mark: number): string {
  return `0x${(mark >>> 0).toString(16)}`;
}

/** Lines of the firewall that had a say: those that changed the packet, and those that let it through by name. */
export function hookLines({ passage, outcome }: TripStep): CauseSource[] {
  if (!passage || outcome === 'stops') return [];
  return [
    ...passage.changes.map((change) => lineOf(change.rule, changeWords(change))),
    ...passage.accepts.map((rule) => lineOf(rule, `lets it pass (chain ${rule.chain})`)),
  ];
}

function lineOf({ span }: FirewallRule, label: string): CauseSource {
  return { span, mark: 'context', label, where: null };
}

/** What a packet's mark does to its lookup; none where it bears none. */
export function markNotes(step: TripStep): string[] {
  const { passage, lookups } = step;
  if (!passage || passage.mark === 0) return [];
  const mark = markText(passage.mark);
  if (passage.before) return [againWords(passage, passage.before, mark)];
  return lookups.at(-1)?.flow.mark ? [`it is looked up with the mark ${mark}`] : [];
}

/** ip_route_me_harder, whether or not it leads elsewhere. */
function againWords({ decision }: Passage, before: NonNullable<Passage['before']>, mark: string): string {
  const first = before.kind === 'route' ? before.device : 'nowhere';
  const second = decision?.kind === 'route' ? decision.device : 'nowhere';
  const result = first === second ? `by ${second}, as before` : `${second} instead of ${first}`;
  return `with the mark ${mark} it is looked up again: ${result}`;
}

/** Hosts that a packet crosses and whose firewall no dump shows. */
export function hostsWithoutDump({ steps }: Trip): string[] {
  const without = steps.filter(({ passage }) => passage?.missing.some((one) => one.kind === 'firewall'));
  return [...new Set(without.flatMap(({ host }) => host ?? []))];
}

/** What is taken for granted of such hosts. */
export function dumpWords(host: string): string {
  return `no firewall dump of ${host} was given: it is taken to let everything pass; nft list ruleset (or iptables-save) would tell`;
}
