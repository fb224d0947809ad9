import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import type { Cause, CauseSource } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { isSizeError } from './icmp-error.ts';
import { weakWitness } from './lost.ts';
import { gapWords } from './not-enough.ts';
import { byNetwork } from './rejected.ts';

const HEADER_BYTES = { 4: 20, 6: 40 } as const;

/** Small packets pass and large ones do not: a link on the way takes less than the hosts believe. */
export function explainDataLost(finding: Finding, context: ReasonContext): Cause[] {
  const error = finding.examples.flatMap((one) => one.errors).find(isSizeError);
  if (error) return [byNetwork(error)];
  const weak = weakWitness(finding);
  return [
    causeOf({
      kind: 'path-mtu',
      host: null,
      confidence: weak.length === 0 ? 'certain' : 'likely',
      sentence: `${sizes(finding)} between ${called(finding.originator, 'originator')} and ${called(finding.responder, 'responder')}: a link on the way takes no larger ones, and no ICMP error told ${called(finding.originator, 'originator')} so`,
      sources: mtuSources(finding, context),
      notes: [
        'routers tell the size they can take with "fragmentation needed" (IPv6: "packet too big"); where a filter drops that error, large packets vanish without a word',
        ...weak.map((gap) => `what would make it sure: ${gapWords(gap)}`),
      ],
    }),
  ];
}

function sizes(finding: Finding): string {
  const { distinction } = finding;
  const family = finding.probe.dst?.family ?? 4;
  if (distinction?.kind === 'size') {
    const [lost, passed] = [distinction.failed.least, distinction.worked.most].map(
      (n) => n + HEADER_BYTES[family],
    );
    return `packets of ${lost} bytes and more are lost, those of ${passed} and less pass`;
  }
  const largest = Math.max(0, ...segments(finding).map((one) => one.payloadLength + HEADER_BYTES[family]));
  return `the handshake passes, and segments of ${largest} bytes are sent again and again and never arrive`;
}

function segments(finding: Finding): Sighting[] {
  return finding.examples.flatMap((one) => one.acks).filter((one) => one.host === finding.originator);
}

/** What the hosts themselves believe that their links take. */
function mtuSources(finding: Finding, context: ReasonContext): CauseSource[] {
  const ends = [finding.path.requestLeft, finding.path.requestReached];
  return ends.flatMap((place) => {
    const link = stateOf(context, place?.host ?? null)?.links.find((one) => one.name === place?.interface);
    return link?.mtu
      ? [{ span: link.span, mark: 'context', label: `takes ${link.mtu} bytes`, where: null } as const]
      : [];
  });
}
