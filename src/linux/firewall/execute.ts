import { ipOfNumber } from './address-number.ts';
import type { Clause } from './clause.ts';
import { connectionOf, hasEntry } from './connection.ts';
import { type Crossing, noteChange, noteMissing, type RulePlace, type Stop } from './crossing.ts';
import { missingBy } from './doubts.ts';
import { evaluate, type Scene } from './evaluate.ts';
import type { Value } from './expression.ts';

/** What a statement leads to: on with the rule, no further with it (nothing to set), or the end of what can be told. */
export type Executed = 'done' | 'break' | Stop;

/** Carries out a clause that is no match and no verdict. */
export function execute(scene: Scene, place: RulePlace, clause: Clause): Executed {
  if (clause.kind === 'set') return assign(scene, place, clause);
  if (clause.kind === 'notrack') return leaveUntracked(scene.crossing, place);
  if (clause.kind === 'unmodelled') return giveUp(scene.crossing, place, clause.words);
  return 'done';
}

/** What the packet becomes from here is not modelled. */
export function giveUp(crossing: Crossing, { chain, rule }: RulePlace, words: string): Stop {
  noteMissing(crossing, missingBy({ span: rule?.span ?? chain.span, words }));
  return { kind: 'cannot-tell' };
}

/** nft_notrack_eval: too late once the packet has a connection. */
function leaveUntracked(crossing: Crossing, place: RulePlace): Executed {
  if (crossing.connection?.state === 'untracked' || hasEntry(crossing.connection)) return 'done';
  crossing.connection = connectionOf('untracked', crossing.packet);
  noteChange(crossing, place, { kind: 'notrack' });
  return 'done';
}

type Assignment = Extract<Clause, { kind: 'set' }>;

function assign(scene: Scene, place: RulePlace, clause: Assignment): Executed {
  const { crossing } = scene;
  const reading = evaluate(scene, clause.value);
  if (reading.kind === 'absent') return 'break';
  if (reading.kind === 'value') return assignValue(crossing, place, clause.what, reading.value);
  if (clause.what === 'ttl') return forgetTtl(crossing);
  if (clause.what !== 'mark') return giveUp(crossing, place, 'set');
  noteMissing(crossing, missingBy({ span: place.rule!.span, words: 'mark set' }));
  crossing.markUnknown = true;
  return 'done';
}

/** Only a rule that asks for it depends on it. */
function forgetTtl(crossing: Crossing): Executed {
  crossing.packet = { ...crossing.packet, ttl: null };
  return 'done';
}

function assignValue(crossing: Crossing, place: RulePlace, what: Assignment['what'], value: Value): Executed {
  if (typeof value !== 'bigint') return 'break';
  if (what === 'mark') assignMark(crossing, place, Number(value & 0xffffffffn));
  else if (what === 'connection-mark') assignConnectionMark(crossing, place, Number(value & 0xffffffffn));
  else return rewrite(crossing, place, what, value);
  return 'done';
}

function assignMark(crossing: Crossing, place: RulePlace, value: number): void {
  crossing.markUnknown = false;
  if (crossing.mark === value) return;
  crossing.mark = value;
  noteChange(crossing, place, { kind: 'mark', value });
}

/** nft_ct_set_eval passes over packets without a connection. */
function assignConnectionMark(crossing: Crossing, place: RulePlace, value: number): void {
  if (!hasEntry(crossing.connection) || crossing.connection.mark === value) return;
  crossing.connection = { ...crossing.connection, mark: value };
  noteChange(crossing, place, { kind: 'connection-mark', value });
}

/** `ip saddr set 10.0.0.1` and the like: the header is rewritten, and conntrack knows nothing of it. */
function rewrite(crossing: Crossing, place: RulePlace, what: Assignment['what'], value: bigint): Executed {
  const { packet } = crossing;
  const { family } = packet.source;
  if (what === 'dscp' || what === 'tos') {
    const tos = what === 'tos' ? Number(value & 255n) : (Number(value & 63n) << 2) | (packet.tos & 3);
    crossing.packet = { ...packet, tos };
    noteChange(crossing, place, { kind: 'tos', value: tos });
    return 'done';
  }
  if (what === 'ttl') {
    const ttl = Number(value & 255n);
    crossing.packet = { ...packet, ttl };
    noteChange(crossing, place, { kind: 'ttl', value: ttl });
    return 'done';
  }
  const isPort = what === 'source-port' || what === 'destination-port';
  const kind = what === 'source' || what === 'source-port' ? 'source' : 'destination';
  const address = isPort ? null : ipOfNumber(family, value);
  const port = isPort ? Number(value & 0xffffn) : null;
  crossing.packet = { ...packet, ...(isPort ? { [`${kind}Port`]: port } : { [kind]: address }) };
  noteChange(crossing, place, { kind, address, port, tracked: false });
  return 'done';
}
