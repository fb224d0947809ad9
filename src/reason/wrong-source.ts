import { formatIp, sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import { called } from './context.ts';
import { causeOf } from './draft.ts';

/**
 * The kernel answers an echo request and a SYN from the address that was asked, whatever the route tables say. So no
 * route table is ever blamed here: a rewriting rule, a program or a translating box did it.
 */
export function explainWrongSource(finding: Finding): Cause[] {
  const { replyLeft } = finding.path;
  const asked = finding.probe.dst;
  const host = called(finding.responder, 'responder');
  const leftWrong = replyLeft !== null && !sameIp(replyLeft.src, asked);
  const where = leftWrong
    ? `it left ${host} with the source ${formatIp(replyLeft.src)}: a rewriting rule or a program of ${host} did that, no route table can`
    : `where its source was changed cannot be told from the files given`;
  return [
    causeOf({
      kind: 'not-enough-information',
      host: null,
      confidence: 'possible',
      sentence: where,
      missing: [
        { kind: 'firewall', what: `nft list ruleset (on ${host}): a snat, masquerade or "saddr set" rule` },
        {
          kind: 'unmodelled',
          what: `ss -lunp (on ${host}): a program that answers from an address of its own choice`,
        },
      ],
    }),
  ];
}
