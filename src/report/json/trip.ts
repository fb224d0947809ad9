import { formatIp, type Ip } from '../../addr/ip.ts';
import type { Trip, TripGap, TripQuestion, TripStep } from '../../reason/trip/trip.ts';
import { decidingLines } from '../lookup-lines.ts';
import { assumptionWords, standingAssumptions, stepSentence, tripVerdict } from '../trip-words.ts';
import { causeJson, lineJson } from './cause.ts';
import { jsonText } from './json-text.ts';
import { passageJson } from './passage.ts';
import { traceJson } from './trace.ts';

export const TRIP_SCHEMA = 'wayhome.trace/1';

/** A foretold round trip for scripts; names as in the contract. */
export function renderTripJson(trip: Trip, question: TripQuestion): string {
  const { from, device, address, to, protocol, port, tos, strictNetwork } = question;
  const value = {
    schema: TRIP_SCHEMA,
    probe: {
      from: from?.name ?? null,
      device,
      address: addressJson(address),
      to: formatIp(to),
      protocol,
      port: protocol === 'icmp' ? null : port,
      tos,
      strictNetwork,
    },
    verdict: trip.verdict,
    sentence: tripVerdict(trip, question),
    steps: trip.steps.map((step) => stepJson(step, question)),
    causes: trip.causes.map(causeJson),
    missing: trip.open.map(gapJson),
    assumed: [
      ...trip.assumed.map((gap) => ({
        host: gap.host,
        what: gap.missing.what,
        sentence: assumptionWords(gap),
      })),
      ...standingAssumptions(trip, question).map((sentence) => ({ host: null, what: null, sentence })),
    ],
  };
  return `${jsonText(value, 2)}\n`;
}

function stepJson(step: TripStep, question: TripQuestion) {
  const { stage, host, outcome, device, gateway, source, destination, delivery, crooked, refused, lookups } =
    step;
  const last = lookups.at(-1);
  return {
    stage,
    host,
    outcome,
    sentence: stepSentence(step, question),
    interface: device,
    gateway: addressJson(gateway),
    source: addressJson(source),
    destination: formatIp(destination),
    delivery,
    crooked,
    refused,
    sources: last
      ? decidingLines(last.state, last.decision).map(({ span, label }) => ({ ...lineJson(span), label }))
      : [],
    lookups: lookups.map(({ decision }) => traceJson(decision)),
    firewall: step.passage && passageJson(step.passage),
  };
}

function gapJson({ host, missing }: TripGap) {
  return { host, kind: missing.kind, what: missing.what };
}

function addressJson(ip: Ip | null): string | null {
  return ip && formatIp(ip);
}
