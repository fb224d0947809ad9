import { type StuckData, stuckData } from '../finding/data-lost.ts';
import type { Finding, WitnessGap } from '../finding/finding.ts';
import { isSizeError } from '../finding/icmp-error.ts';
import type { Cause, CauseSource } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import type { Sender } from './error-arrival.ts';
import { gapWords } from './not-enough.ts';
import { byNetwork } from './rejected.ts';
import { sendsTooLarge, unheard, wouldDrop } from './size-error.ts';
import { HEADER_BYTES, type Large, lostBytes, mtuSource, smallTaker, takingLink } from './small-taker.ts';

/** Small packets pass and large ones do not: a link on the way takes less than the hosts believe. */
export function explainDataLost(finding: Finding, context: ReasonContext): Cause[] {
  const stuck = stuckOf(finding);
  const role = senderOf(finding, stuck);
  const sender = called(finding[role], role);
  const errors = finding.examples.flatMap((one) => one.errors).filter(isSizeError);
  const came = errors.find(({ host, direction }) => host === finding[role] && direction !== 'out');
  if (came && finding.protocol === 'tcp' && sendsTooLarge(finding, role, came))
    return unheard(finding, role, came, context);
  if (errors.length > 0) return [withNote(byNetwork(errors[0]), notTold(finding, sender))];
  const weak = weakWitness(finding, role);
  const byTime = finding.distinction?.kind === 'size' && finding.distinction.byTime;
  const showsErrors = finding[role] !== null && context.icmpSeen.has(finding[role]);
  const what = `${stuck ? segmentSizes(finding, stuck, sender) : sizes(finding)} between ${called(finding.originator, 'originator')} and ${called(finding.responder, 'responder')}`;
  const taker = role === 'responder' ? 'originator' : 'responder';
  const small = smallTaker({ taker, ...bounds(finding, stuck), what }, finding, context);
  if (small) return [byTime ? withNote(small, BY_TIME) : small];
  return [
    ...wouldDrop(finding, role, context),
    causeOf({
      kind: 'path-mtu',
      host: null,
      confidence:
        weak.length === 0 && stuck?.witnessed !== false && showsErrors && !byTime ? 'certain' : 'likely',
      sentence: `${what}: a link on the way takes no larger ones, and no ICMP error is seen to tell ${sender} so`,
      sources: mtuSources(finding, context),
      notes: [
        'routers tell the size they can take with "fragmentation needed" (IPv6: "packet too big"); where a filter drops that error, large packets vanish without a word',
        ...weak.map((gap) => `what would make it sure: ${gapWords(gap)}`),
        ...(byTime ? [BY_TIME] : []),
        ...(showsErrors
          ? []
          : [`the capture of ${sender} shows no ICMP at all: a filter of the capture may hide the error`]),
      ],
    }),
  ];
}

/** Of a ping the request may have arrived, so that its reply is what gets lost. */
function senderOf({ path }: Finding, stuck: StuckData | null): Sender {
  if (stuck) return stuck.from;
  return path.requestReached && path.replyLeft ? 'responder' : 'originator';
}

function stuckOf({ examples, originator, responder, witness }: Finding): StuckData | null {
  const [exchange] = examples;
  return exchange ? stuckData({ exchange, roles: { originator, responder }, witness }) : null;
}

const BY_TIME =
  'the time tells them apart just as well: small ones sent after the large ones, too, would settle it';

/** It was told to somebody, but not seen where it should have come. */
function notTold({ protocol }: Finding, sender: string): string | null {
  return protocol === 'tcp' ? `the error is not seen to come to ${sender}` : null;
}

function withNote(cause: Cause, note: string | null): Cause {
  return note ? { ...cause, notes: [...cause.notes, note] } : cause;
}

/** Gaps of the host where the large packets should have arrived. */
function weakWitness({ originator, responder, witness }: Finding, from: Sender): WitnessGap[] {
  const role = from === 'responder' ? 'originator' : 'responder';
  const host = role === 'originator' ? originator : responder;
  return witness.missing.filter((gap) => ('role' in gap ? gap.role === role : gap.host === host));
}

/** With the IP header. */
function bounds(finding: Finding, stuck: StuckData | null): Pick<Large, 'lost' | 'passed'> {
  const { distinction, probe } = finding;
  const header = HEADER_BYTES[probe.dst?.family ?? 4];
  if (stuck) {
    const { seenBy, segments } = stuck;
    const least = Math.min(...segments.map((one) => one.payloadLength)) + header;
    return { lost: seenBy === 'sender' ? least : null, passed: null };
  }
  if (distinction?.kind !== 'size') return { lost: null, passed: null };
  const passed = distinction.worked.most + header;
  // The reply to a request that came in fragments is made in one piece.
  const reply = senderOf(finding, null) === 'responder' ? lostBytes(finding, true) : null;
  return { lost: reply ?? distinction.failed.least + header, passed };
}

function sizes(finding: Finding): string {
  const { lost, passed } = bounds(finding, null);
  if (lost === null) return 'large packets are lost, small ones pass';
  return `packets of ${lost} bytes and more are lost, those of ${passed} and less pass`;
}

function segmentSizes(finding: Finding, stuck: StuckData, sender: string): string {
  const { lost } = bounds(finding, stuck);
  if (lost === null) return `of what ${sender} sends only small segments arrive`;
  return `small packets pass, and a segment of ${lost} bytes that ${sender} sends again and again never arrives`;
}

/** What the hosts themselves believe that their links take. */
function mtuSources(finding: Finding, context: ReasonContext): CauseSource[] {
  const [from, to] = [finding.path.requestLeft, stateOf(context, finding.responder)];
  const left = stateOf(context, from?.host ?? null)?.links.find((one) => one.name === from?.interface);
  return [left, to && takingLink(to, finding, 'responder')].flatMap((link) =>
    link?.mtu ? [mtuSource(link)] : [],
  );
}
