import { nanosBetween } from '../addr/time.ts';
import type { Exchange } from '../exchange/exchange.ts';
import type { Sighting } from '../exchange/sighting.ts';

/**
 * Sooner no SYN and no SYN-ACK is sent again for want of an answer (RFC 6298 says after a second), but the copies of one
 * that two cards or two ports of a switch mirror come a moment apart, and perhaps in disorder.
 */
export const AGAIN_NS = 100e6;

/** A SYN that comes again after its SYN-ACK, wherever both were seen, shows that the originator had no use of that one. */
export function askedAfterReply({ protocol, requests, replies }: Exchange): Sighting | undefined {
  if (protocol !== 'tcp') return undefined;
  return requests.find(({ host, time }) =>
    replies.some((reply) => reply.host === host && nanosBetween(time, reply.time) > AGAIN_NS),
  );
}

/** SYN-ACKs sent for want of an ACK before this is taken for more than one that was lost by chance. */
const REPEATED_IN_VAIN = 2;

/**
 * The SYN-ACKs as a host on the way of the ACK saw them, where they show by themselves that it does not get there: they
 * come again and again, each after the ACK had had its time to arrive (as much as the first SYN-ACK took to come), and
 * more often than a SYN asked for them. Null where they do not.
 */
export function answeredInVain({ acks, requests, replies }: Exchange): readonly Sighting[] | null {
  for (const { host } of acks) {
    const asked = requests.filter((one) => one.host === host);
    const answers = replies.filter((one) => one.host === host && one.kind === 'syn-ack');
    if (asked.length === 0 || answers.length === 0) continue;
    const wait = Math.max(nanosBetween(answers[0].time, asked[0].time), AGAIN_NS);
    const told = apart(answers, wait);
    if (told.length - apart(asked, AGAIN_NS).length >= REPEATED_IN_VAIN) return told;
  }
  return null;
}

/** The SYN-ACKs that a host sent by one card: so often none is sent that is acknowledged. */
export function sentInVain(answers: readonly Sighting[]): boolean {
  const synAcks = answers.filter(({ kind }) => kind === 'syn-ack');
  return apart(synAcks, AGAIN_NS).length > REPEATED_IN_VAIN;
}

/** The first, and those that follow so long after the one before; the copies of one packet do not. */
export function apart(sightings: readonly Sighting[], waitNs: number): Sighting[] {
  const told: Sighting[] = [];
  for (const one of sightings) {
    const before = told.at(-1);
    if (!before || nanosBetween(one.time, before.time) > waitNs) told.push(one);
  }
  return told;
}

/** The first, and its copies; what follows later was sent again. */
export function copiesOfFirst(sightings: readonly Sighting[]): Sighting[] {
  return sightings.filter((one) => Math.abs(nanosBetween(one.time, sightings[0].time)) <= AGAIN_NS);
}
