import type { Missing } from '../linux/decision.ts';
import type { Rule } from '../linux/host-state.ts';
import type { FirewallChange } from '../linux/passage.ts';
import type { Cause, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import { firewallSource } from './firewall-cause.ts';
import { customRules, leadsHome, type Misrouted, unlistedRules } from './misrouted.ts';
import { firewallGap } from './not-enough.ts';
import { decidingRoute } from './quote.ts';
import { insteadSources, ruleCause } from './rule-cause.ts';

/** A rule on a mark would lead the packet home: why does it not bear the mark when the rule is read? */
export function markRuleFault(one: Misrouted, rule: Rule): Cause | null {
  const { marks } = one;
  if (firewallUnknown(one)) return openMark(one, rule, `leads what bears its mark by ${one.wanted}`);
  if (!marks) return null;
  const set = lastMark(marks.departure.changes);
  if (set && bears(rule, marks.departure.mark)) return noReroute(one, rule, set);
  const setter = markSetter(marks);
  return setter ? markedOtherwise(one, rule, setter) : notOnReply(one, rule);
}

/** Whose mark the packet bears: a rule of its own way out, or, where the kernel reflects it, one the request met. */
function markSetter({ arrival, departure }: NonNullable<Misrouted['marks']>): FirewallChange | undefined {
  if (departure.mark === 0) return undefined;
  return lastMark(departure.changes) ?? (arrival ? lastMark(arrival.changes) : undefined);
}

/** No dump, or a part of it that was not understood: the mark may be set there. */
export function firewallUnknown({ marks, markless, state, flow }: Misrouted): boolean {
  if (markless) return false;
  if (!marks) return firewallGap(state, flow.destination.family).length > 0;
  const { outcome, missing } = marks.departure;
  return outcome.kind === 'cannot-tell' || missing.some((one) => one.kind === 'firewall');
}

function bears(rule: Rule, mark: number): boolean {
  return rule.mark !== null && ((rule.mark.value ^ mark) & rule.mark.mask) === 0;
}

function lastMark(changes: readonly FirewallChange[]): FirewallChange | undefined {
  return changes.findLast(({ what }) => what.kind === 'mark');
}

/** `leads`: what the rule does to a packet with its mark, as in `leads what bears its mark by eth1`. */
export function openMark(one: Misrouted, rule: Rule, leads: string): Cause {
  const host = one.state.name;
  const open = one.marks
    ? `${one.subject} left by another way, and without the firewall rules of ${host} it cannot be told why`
    : `whether ${one.subject} bear it cannot be told without the firewall rules of ${host}`;
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: `rule ${rule.preference} of ${host} ${leads}; ${open}`,
    sources: ruleCause(one, rule, 'mark-not-on-reply', 'asks for a mark', '').sources,
    missing: [{ kind: 'firewall', what: `nft list ruleset; iptables-save (on ${host})` }],
    decision: one.decision,
  });
}

function notOnReply(one: Misrouted, rule: Rule): Cause {
  const marked = [...(one.marks?.arrival?.changes ?? []), ...(one.marks?.departure.changes ?? [])];
  const setters = marked.filter(({ what }) => what.kind === 'mark' || what.kind === 'connection-mark');
  const untracked = marked.filter(({ what }) => what.kind === 'notrack');
  const sources = [...untracked, ...setters].map((change) =>
    firewallSource(change.rule, markLabel(change), 'context'),
  );
  return ruleCause(
    one,
    rule,
    'mark-not-on-reply',
    'asks for a mark',
    `rule ${rule.preference} of ${one.state.name} asks for a mark that ${one.subject} do not bear`,
    {
      sources,
      notes: [
        ...(untracked.length > 0
          ? ['a packet that is not tracked belongs to no connection, so no mark of one is set or restored']
          : []),
        carryNote(setters, one.flow.destination.family),
      ],
    },
  );
}

/** How a mark gets from a request to its reply. */
function carryNote(setters: readonly FirewallChange[], family: 4 | 6): string {
  if (setters.length === 0)
    return 'no firewall rule marks these packets, and no setting reflects a mark of the request';
  return setters.some(({ what }) => what.kind === 'connection-mark')
    ? 'the mark of a connection is not the mark of its packets: a rule must copy it to the reply (`meta mark set ct mark` in a route chain of the output hook, `CONNMARK --restore-mark` in mangle OUTPUT)'
    : `the mark of the request does not pass to its reply by itself: net.ipv${family}.fwmark_reflect does that for what the kernel answers, net.ipv4.tcp_fwmark_accept for connections, a connection mark for both`;
}

function markLabel({ what }: FirewallChange): string {
  if (what.kind === 'connection-mark') return `marks the connection with ${hex(what.value)}`;
  if (what.kind === 'notrack') return 'keeps the packet from being tracked';
  return what.kind === 'mark' ? `marks the packet with ${hex(what.value)}` : 'changes the packet';
}

function markOf({ mark }: Rule): string {
  if (!mark) return 'none';
  return mark.mask >>> 0 === 0xffffffff ? hex(mark.value) : `${hex(mark.value)}/${hex(mark.mask)}`;
}

function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

/** In an ordinary filter chain a mark is only written down; the way was looked up before. */
function noReroute(one: Misrouted, rule: Rule, set: FirewallChange): Cause {
  const host = one.state.name;
  const cause = ruleCause(
    one,
    rule,
    'mark-no-reroute',
    'would match the mark',
    `${one.subject} get their mark in ${set.rule.chain} of ${host}, after their route was looked up; no second lookup follows, so rule ${rule.preference} never sees it`,
    {
      notes: [
        'only a chain of type `route` (nft) and the mangle OUTPUT chain (iptables) look the route up again after a mark was set',
      ],
    },
  );
  const setter = firewallSource(set.rule, 'sets the mark too late');
  return {
    ...cause,
    sources: [setter, ...cause.sources.map((s): CauseSource => ({ ...s, mark: 'context', where: null }))],
  };
}

/** The reply bears a mark, and this rule asks for another one. */
function markedOtherwise(one: Misrouted, rule: Rule, set: FirewallChange): Cause {
  const cause = ruleCause(
    one,
    rule,
    'rule-wrong-selector',
    'asks for another mark',
    `rule ${rule.preference} of ${one.state.name} leads by ${one.wanted}, but asks for the mark ${markOf(rule)}; ${one.subject} bear ${hex(one.marks?.departure.mark ?? 0)}`,
  );
  return { ...cause, sources: [...cause.sources, firewallSource(set.rule, 'sets the mark', 'context')] };
}

/**
 * The packet bears a mark that no rule looks at, while a table that no rule leads to would take it home. A mark alone
 * says nothing: other programs mark packets for purposes of their own.
 */
export function markRuleMissing(one: Misrouted): Cause | null {
  const table = unusedTableHome(one);
  if (table === null) return null;
  const unlisted = unlistedRules(one.state, one.flow);
  if (unlisted) return openRules(one, table, unlisted);
  if (firewallUnknown(one)) return openTable(one, table);
  const set = one.marks && markSetter(one.marks);
  if (!set) return null;
  const mark = hex(one.marks?.departure.mark ?? 0);
  return causeOf({
    kind: 'mark-rule-missing',
    host: one.state.name,
    sentence: `${one.subject} bear the mark ${mark}, but no rule of ${one.state.name} leads what is marked so to a table`,
    sources: [
      firewallSource(set.rule, `marks the packet with ${mark}`),
      ...tableSource(one, table),
      ...insteadSources(one),
    ],
    notes: ['a mark changes the way of a packet only through a rule: `ip rule add fwmark ...`'],
    decision: one.decision,
  });
}

/** A table no rule leads to, which would send the packet home. */
function unusedTableHome(one: Misrouted): number | null {
  const { state, flow } = one;
  const used = new Set(
    customRules(state, flow).flatMap(({ action }) => (action.kind === 'lookup' ? [action.table] : [])),
  );
  const tables = new Set(state.routes.map((route) => route.table));
  for (const table of tables) {
    if (table < 253 && !used.has(table) && leadsHome(one, table)) return table;
    if (table > 255 && !used.has(table) && leadsHome(one, table)) return table;
  }
  return null;
}

function tableSource(
  { state, wanted }: Misrouted,
  table: number,
  label = 'no rule leads to this table',
): CauseSource[] {
  const route = state.routes.find(
    (one) => one.table === table && one.nextHops.some((hop) => hop.device === wanted),
  );
  if (!route) return [];
  return [{ ...decidingRoute(state, route, null, label), mark: 'context', where: null }];
}

/** The table is there; what leads to it, no file tells. */
function openRules(one: Misrouted, table: number, unlisted: Missing): Cause {
  const host = one.state.name;
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: `a table of ${host} would send ${one.subject} by ${one.wanted}; whether a rule leads to it cannot be told`,
    sources: tableSource(one, table, 'would send it there'),
    missing: [{ ...unlisted, what: `${unlisted.what} (on ${host})` }],
    decision: one.decision,
  });
}

/** Whether a rule on the source or one on a mark is missing depends on what the firewall does. */
function openTable(one: Misrouted, table: number): Cause {
  const host = one.state.name;
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence: `no rule of ${host} leads to the table that would send ${one.subject} by ${one.wanted}; whether they bear a mark for it cannot be told`,
    sources: tableSource(one, table),
    missing: [{ kind: 'firewall', what: `nft list ruleset; iptables-save (on ${host})` }],
    decision: one.decision,
  });
}
