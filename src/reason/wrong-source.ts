import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { rewritingRule } from './rewriting.ts';

/**
 * The kernel answers an echo request and a SYN from the address that was asked, whatever the route tables say. So no
 * route table is ever blamed here: a rewriting rule, a program or a translating box did it.
 */
export function explainWrongSource(finding: Finding, context: ReasonContext): Cause[] {
  const { replyLeft } = finding.path;
  const state = stateOf(context, finding.responder);
  const leftWrong = replyLeft !== null && !sameIp(replyLeft.src, finding.probe.dst);
  const rewritten = state && leftWrong ? rewrittenBy(state, replyLeft.src, finding.probe.dst) : null;
  return [rewritten ?? undecided(finding, leftWrong ? replyLeft.src : null)];
}

/** The rule writes what was seen; whether this packet met it is not walked through, hence likely. */
function rewrittenBy(state: HostState, source: Ip, asked: Ip | null): Cause | null {
  const rule = rewritingRule(state, source);
  if (!rule) return null;
  const instead = asked ? ` instead of ${formatIp(asked)}` : '';
  return causeOf({
    kind: 'reply-source-rewritten',
    host: state.name,
    confidence: 'likely',
    sentence: `a firewall rule of ${state.name} gives its replies the source ${formatIp(source)}${instead}`,
    sources: [{ span: rule, mark: 'decides', label: 'writes this source', where: null }],
    notes: ['the kernel itself always answers from the address that was asked; no route table changes that'],
  });
}

function undecided(finding: Finding, leftAs: Ip | null): Cause {
  const host = called(finding.responder, 'responder');
  const sentence = leftAs
    ? `it left ${host} with the source ${formatIp(leftAs)}: a rewriting rule or a program of ${host} did that, no route table can`
    : 'where its source was changed cannot be told from the files given';
  return causeOf({
    kind: 'not-enough-information',
    host: null,
    confidence: 'possible',
    sentence,
    missing: [
      { kind: 'firewall', what: `nft list ruleset (on ${host}): a snat, masquerade or "saddr set" rule` },
      {
        kind: 'unmodelled',
        what: `ss -lunp (on ${host}): a program that answers from an address of its own choice`,
      },
    ],
  });
}
