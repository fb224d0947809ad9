import { formatIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import { called } from './context.ts';
import { causeOf } from './draft.ts';
import { gapWords } from './not-enough.ts';

/** Both hosts are cleared by what was seen: it left one as it should and did not come to the other. */
export function explainLost(finding: Finding): Cause[] {
  const reply = finding.kind === 'reply-lost' || finding.kind === 'handshake-stalled';
  const from = reply ? finding.path.replyLeft : finding.path.requestLeft;
  const to = reply ? called(finding.originator, 'originator') : called(finding.responder, 'responder');
  const weak = finding.witness.missing.filter(
    (gap) => !('role' in gap) || gap.role === (reply ? 'originator' : 'responder'),
  );
  const what =
    finding.kind === 'handshake-stalled'
      ? 'the last ACK of the handshake'
      : reply
        ? 'the reply'
        : 'the request';
  const left = from
    ? `left ${from.host} by ${from.interface ?? 'an interface'} with source ${formatIp(from.src)}`
    : 'left';
  return [
    causeOf({
      kind: 'lost-in-network',
      host: null,
      confidence: weak.length === 0 ? 'certain' : 'likely',
      sentence: `${what} ${left} and was lost before ${to}`,
      notes: [
        ...weak.map((gap) => `what would make it sure: ${gapWords(gap)}`),
        'a capture at the next router on the way would narrow it down',
      ],
    }),
  ];
}
