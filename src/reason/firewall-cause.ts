import { type FirewallRule, isOutward, type PassageOutcome } from '../linux/passage.ts';
import type { Cause, CauseKind, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';

export type Refusal = Extract<PassageOutcome, { kind: 'dropped' | 'rejected' }>;

/** A packet that a rule of the host's own firewall drops or rejects. `what`: `the request`, `the reply`. */
export function firewallCause(host: string, outcome: Refusal, what: string): Cause {
  const { by } = outcome;
  const verb = verbOf(outcome);
  return causeOf({
    kind: kindOf(outcome),
    host,
    sentence: sentenceOf(host, outcome, what),
    sources: [firewallSource(by, `${verb} ${what}`)],
    notes: [...whereSeen(by), ...counted(by)],
    confidence: by.packets === 0 ? 'likely' : 'certain',
  });
}

function kindOf(outcome: Refusal): CauseKind {
  if (outcome.kind === 'rejected') return 'firewall-rejects';
  return outcome.reversePathTest ? 'firewall-rp-filter' : 'firewall-drops';
}

function sentenceOf(host: string, outcome: Refusal, what: string): string {
  const { by } = outcome;
  const where = `chain ${by.chain}, ${by.hook} hook`;
  if (outcome.kind === 'rejected')
    return `the firewall of ${host} rejects ${what} with ${outcome.with} (${where})`;
  if (outcome.reversePathTest)
    return `a reverse-path test in the firewall of ${host} drops ${what} (${where})`;
  const policy = by.isPolicy ? 'by the policy of its chain: no rule of it lets the packet pass' : 'by a rule';
  return `the firewall of ${host} drops ${what} ${policy} (${where})`;
}

function verbOf(outcome: Refusal): string {
  if (outcome.kind === 'rejected') return 'rejects';
  return outcome.by.isPolicy ? 'policy: drops' : 'drops';
}

export function firewallSource(
  rule: FirewallRule,
  label: string,
  mark: CauseSource['mark'] = 'decides',
): CauseSource {
  return { span: rule.span, mark, label, where: mark === 'decides' ? `chain ${rule.chain}` : null };
}

/** A capture is made before the hooks of what comes in and after those of what goes out. */
function whereSeen({ hook }: FirewallRule): string[] {
  return isOutward(hook)
    ? ['a capture is made after this hook, so what is dropped here is never seen']
    : ['a capture is made before this hook, so the packet is seen and still never reaches the program'];
}

/** The counter is evidence: it confirms the rule, or says that the dump is of another time. */
function counted({ packets, isPolicy }: FirewallRule): string[] {
  if (packets === null || isPolicy) return [];
  if (packets > 0) return [`the rule's counter stands at ${packets}`];
  return [
    "the rule's counter stands at 0: the dump was made before the packets came, or the counters were set back",
  ];
}
