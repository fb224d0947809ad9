import type { Clause } from './clause.ts';
import { type Crossing, type RulePlace, ruleAt, type Stop } from './crossing.ts';
import { findEntry, matches, type Scene } from './evaluate.ts';
import { execute, giveUp } from './execute.ts';
import type { Chain, ChainRule } from './firewall.ts';
import { bind } from './translate.ts';
import type { Verdict } from './verdict.ts';

/** The kernel's own limit (NFT_JUMP_STACK_SIZE). */
const MOST_JUMPS = 16;
/** Rules tried for one packet; no rule set in earnest comes near it. */
const MOST_STEPS = 200_000;

/** How a chain ends: its caller goes on after `return`. */
type Ending = 'accept' | 'return' | Stop;

interface Call {
  readonly chain: Chain;
  readonly depth: number;
  /** A reverse-path test led here, so that a drop is its doing. */
  readonly afterReverseTest: boolean;
}

/** Walks a base chain: null where the packet goes on. */
export function walkBaseChain(crossing: Crossing, chain: Chain): Stop | null {
  const ending = walkChain(crossing, { chain, depth: 0, afterReverseTest: false });
  if (ending === 'accept') return null;
  if (ending !== 'return') return ending;
  if (chain.base?.policy !== 'drop') return null;
  return { kind: 'dropped', by: ruleAt({ chain, rule: null }, crossing.hook), reversePathTest: false };
}

function walkChain(crossing: Crossing, call: Call): Ending {
  for (const rule of call.chain.rules) {
    if (++crossing.doubts.steps > MOST_STEPS) return giveUp(crossing, { chain: call.chain, rule }, '');
    const verdict = tryRule(crossing, call, rule);
    if (verdict === null) continue;
    if (isStop(verdict)) return verdict;
    const ending = follow(crossing, call, rule, verdict);
    if (ending !== 'next') return ending;
  }
  return 'return';
}

function isStop(verdict: Verdict | Stop): verdict is Stop {
  return 'by' in verdict || verdict.kind === 'cannot-tell' || verdict.kind === 'no-way';
}

function follow(crossing: Crossing, call: Call, rule: ChainRule, verdict: Verdict): Ending | 'next' {
  const place: RulePlace = { chain: call.chain, rule };
  switch (verdict.kind) {
    case 'accept':
      crossing.accepts.push(ruleAt(place, crossing.hook));
      return 'accept';
    case 'return':
      return 'return';
    case 'continue':
      return 'next';
    case 'drop': {
      const reversePathTest = call.afterReverseTest || isReverseTest(rule);
      return { kind: 'dropped', by: ruleAt(place, crossing.hook), reversePathTest };
    }
    case 'reject':
      return { kind: 'rejected', by: ruleAt(place, crossing.hook), with: rejectOf(crossing, verdict.with) };
    case 'queue':
      return giveUp(crossing, place, 'queue');
    case 'jump':
    case 'goto':
      return enter(crossing, call, rule, verdict);
  }
}

/** A chain that is not there cannot be entered: the dump was cut. */
function enter(
  crossing: Crossing,
  call: Call,
  rule: ChainRule,
  verdict: Extract<Verdict, { target: string }>,
): Ending | 'next' {
  const { table } = call.chain;
  const chain = crossing.firewall.chains.find(
    (one) =>
      one.name === verdict.target && one.table.name === table.name && one.table.family === table.family,
  );
  if (!chain || call.depth >= MOST_JUMPS)
    return giveUp(crossing, { chain: call.chain, rule }, `${verdict.kind} ${verdict.target}`);
  const afterReverseTest = call.afterReverseTest || isReverseTest(rule);
  const ending = walkChain(crossing, { chain, depth: call.depth + 1, afterReverseTest });
  return ending === 'return' && verdict.kind === 'jump' ? 'next' : ending;
}

/** nft's own default, `icmpx port-unreachable`, is what each family calls it. */
function rejectOf({ packet }: Crossing, words: string): string {
  if (!words.startsWith('icmpx ')) return words;
  const name = words.slice('icmpx '.length);
  if (packet.source.family === 6) return `icmpv6 ${{ 'host-unreachable': 'addr-unreachable' }[name] ?? name}`;
  return `icmp ${{ 'no-route': 'net-unreachable' }[name] ?? name}`;
}

/** `fib saddr . iif oif`, `-m rpfilter`. */
export function isReverseTest({ clauses }: ChainRule): boolean {
  return clauses.some(
    (clause) =>
      clause.kind === 'rpfilter' ||
      (clause.kind === 'match' &&
        clause.left.some((one) => one.kind === 'fib' && one.result !== 'type' && one.flags.has('saddr'))),
  );
}

/** Null: the rule does not match, or has nothing to say about what becomes of the packet. */
function tryRule(crossing: Crossing, { chain }: Call, rule: ChainRule): Verdict | Stop | null {
  const scene: Scene = { crossing, table: chain.table };
  const place: RulePlace = { chain, rule };
  for (const [i, clause] of rule.clauses.entries()) {
    const matched = matches(scene, clause);
    if (matched === 'no') return null;
    if (matched === 'unknown' && !suppose(scene, rule, i)) return null;
    if (clause.kind === 'verdict') return clause.verdict;
    if (clause.kind === 'translate') return bind(scene, place, clause.translation);
    if (clause.kind === 'verdict-map') {
      // A key that is not in the map ends the rule (nft_lookup_eval: NFT_BREAK); `continue` goes on within it.
      const verdict = lookUp(scene, place, clause);
      if (verdict?.kind !== 'continue') return verdict;
      continue;
    }
    const done = execute(scene, place, clause);
    if (done === 'break') return null;
    if (done !== 'done') return done;
  }
  return null;
}

function lookUp(
  scene: Scene,
  place: RulePlace,
  clause: Extract<Clause, { kind: 'verdict-map' }>,
): Verdict | Stop | null {
  const found = findEntry(scene, clause.key, clause.set);
  if (found === 'unknown') return giveUp(scene.crossing, place, 'vmap');
  const to = found?.to;
  return to && !('value' in to) && !('words' in to) && isVerdict(to) ? to : null;
}

function isVerdict(to: { readonly kind: string }): to is Verdict {
  return ['accept', 'drop', 'return', 'continue', 'queue', 'jump', 'goto', 'reject'].includes(to.kind);
}

/** Whether to go on behind a clause of which nobody can tell whether it matches; asks only where it could matter. */
function suppose({ crossing, table }: Scene, rule: ChainRule, at: number): boolean {
  const clause = rule.clauses[at];
  if (!mayMatter({ crossing, table }, rule, at) || countsNothing(rule, at)) return false;
  const words = 'words' in clause ? clause.words : '';
  return crossing.doubts.ask({ span: rule.span, words });
}

/** Something is done behind the clause before another one fails. */
function mayMatter(scene: Scene, rule: ChainRule, at: number): boolean {
  for (const clause of rule.clauses.slice(at + 1)) {
    if (matches(scene, clause) === 'no') return false;
    if (!IDLE.has(clause.kind)) return true;
  }
  return false;
}

const IDLE = new Set<Clause['kind']>(['match', 'rpfilter', 'owner', 'may', 'unknown', 'counter']);

/** Its counter behind the clause stands at 0: it never matched. */
function countsNothing(rule: ChainRule, at: number): boolean {
  return rule.clauses.slice(at + 1).some((clause) => clause.kind === 'counter' && clause.packets === 0);
}
