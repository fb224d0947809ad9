import { formatIp, type Ip } from '../addr/ip.ts';
import { deviceBearing } from '../reason/trip/link.ts';
import type { Trip, TripGap, TripQuestion, TripStep } from '../reason/trip/trip.ts';
import { dumpWords, hostsWithoutDump } from './hook-words.ts';

/** What was asked, in one line: `ping from ServerA, bound to eth1, to 10.4.0.100`. */
export function questionWords({ from, device, address, to, protocol, port, tos }: TripQuestion): string {
  const what = PROBES[protocol] + (tos ? ` with tos 0x${tos.toString(16)}` : '');
  const bound = [device, address && formatIp(address)].filter((one) => one !== null).join(' and to ');
  const target = formatIp(to) + (protocol === 'icmp' ? '' : ` port ${port}`);
  if (!from) return `${what} from ${bound}, a host whose state was not given, to ${target}`;
  return `${what} from ${from.name}${bound === '' ? '' : `, bound to ${bound},`} to ${target}`;
}

const PROBES = { icmp: 'a ping', tcp: 'a TCP connection', udp: 'a UDP request' } as const;
const REQUESTS = { icmp: 'the request', tcp: 'the SYN', udp: 'the request' } as const;
const REPLIES = { icmp: 'the reply', tcp: 'the SYN-ACK', udp: 'the answer' } as const;

/** One step in one sentence. */
export function stepSentence(step: TripStep, question: TripQuestion): string {
  switch (step.stage) {
    case 'request-leaves':
    case 'reply-leaves':
      return leaves(step, question);
    case 'request-crosses':
    case 'reply-crosses':
      return crosses(step);
    case 'request-comes-in':
    case 'reply-comes-in':
      return comesIn(step, question);
    case 'answered':
      return answered(step, question);
  }
}

function leaves(step: TripStep, question: TripQuestion): string {
  const what = packetWords(step, question);
  const target = formatIp(step.destination);
  if (step.delivery === 'same-host')
    return `${target} is an address of ${step.host} itself: ${what} never leaves it`;
  if (step.outcome === 'cannot-tell') return `which way ${step.host} sends ${what} cannot be told`;
  if (step.outcome === 'stops') return `${what} to ${target} does not leave ${step.host}${by(step.device)}`;
  if (step.delivery === 'on-link' && assumesNeighbour(step))
    return `${step.host} takes ${target} for a neighbour on ${step.device} and asks for it there, from ${address(step.source)}`;
  const straight = step.delivery === 'on-link' ? ', straight to it on the link' : '';
  const hop = step.gateway ? ` via ${formatIp(step.gateway)}` : straight;
  return `${step.host} sends ${what}${by(step.device)}${hop}, from ${address(step.source)}${aside(step)}`;
}

function assumesNeighbour({ lookups }: TripStep): boolean {
  const decision = lookups.at(-1)?.decision;
  return decision?.kind === 'route' && decision.onLinkAssumed;
}

function aside({ crooked, stage }: TripStep): string {
  if (!crooked) return '';
  return stage === 'reply-leaves'
    ? ', not by the interface it was asked on'
    : ', not by the interface that bears this address';
}

function crosses({ outcome, delivery, host, device, source, destination }: TripStep): string {
  const target = formatIp(destination);
  if (outcome === 'cannot-tell')
    return host
      ? `whether it reaches ${host} cannot be told`
      : `which interface of which host bears ${target} no file tells`;
  if (delivery === 'proxied')
    return `somebody on the link answers for ${target}, and is taken to deliver it to ${host}${on(device)}`;
  if (delivery === 'unanswered')
    return `${host} answers nobody who asks for the link-layer address of ${target}`;
  if (delivery === 'on-link')
    return outcome === 'stops'
      ? `nobody on the link${by(device)} answers for ${target}`
      : `${host} is on the same link and gets it on ${device}`;
  return outcome === 'stops'
    ? `the network drops it: ${address(source)} does not belong where it comes from`
    : `the network is taken to deliver it to ${host}${on(device)}`;
}

function on(device: string | null): string {
  return device ? `, on ${device}` : '';
}

function comesIn(step: TripStep, question: TripQuestion): string {
  const what = packetWords(step, question);
  if (step.outcome === 'stops') return `${step.host} drops ${what} at ${step.device}`;
  if (step.outcome === 'cannot-tell')
    return `whether ${step.host} takes ${what} in at ${step.device} cannot be told`;
  return `${step.host} takes ${what} in at ${step.device}${filterWords(step)}`;
}

function filterWords({ lookups }: TripStep): string {
  const step = lookups[0]?.decision.trace.find((one) => one.step === 'reverse-path');
  if (!step || step.verdict.kind === 'cannot-tell' || step.verdict.because === 'family-without-filter')
    return '';
  const { mode, sysctls } = step.verdict;
  if (mode === 1 && sysctls.length === 0) return ': even a strict filter finds the way back there';
  return [
    ', its reverse-path filter is off',
    ': its strict filter finds the way back there',
    ': its loose filter finds a way back',
  ][mode];
}

function answered(step: TripStep, { protocol, port }: TripQuestion): string {
  const { host, outcome, destination, refused } = step;
  if (refused && protocol === 'udp') return `${host} refuses: it answers "port unreachable"`;
  if (outcome === 'stops') return `${host} does not answer`;
  const from = formatIp(destination);
  if (refused) return `${host} refuses: it answers with a RST from ${from}`;
  if (protocol === 'icmp') return `${host} answers from ${from}, the address asked`;
  return protocol === 'tcp'
    ? `${host} answers from ${from} port ${port}`
    : `${host} hands it to the program on UDP port ${port}`;
}

function packetWords({ stage, refused }: TripStep, { protocol }: TripQuestion): string {
  if (stage.startsWith('request')) return REQUESTS[protocol];
  return refused ? 'the RST' : REPLIES[protocol];
}

function by(device: string | null): string {
  return device ? ` by ${device}` : '';
}

function address(ip: Ip | null): string {
  return ip ? formatIp(ip) : 'an address';
}

/** The answer in one sentence. */
export function tripVerdict(trip: Trip, question: TripQuestion): string {
  switch (trip.verdict) {
    case 'arrives':
      return `it works: the reply comes home${crookedWords(trip)}`;
    case 'fails':
      return `it does not work: ${failure(trip, question)}`;
    case 'depends':
      return `it works for some and not for others: ${failure(trip, question)}`;
    case 'cannot-tell':
      return `it cannot be told from these files whether it works${supposed(trip, question) ?? knownSide(trip, question)}`;
  }
}

/** It is lost by what was given; rules that were not could lead it elsewhere. */
function supposed(trip: Trip, question: TripQuestion): string | null {
  if (!trip.steps.some((one) => one.outcome === 'stops')) return null;
  return `; by what is given it does not: ${failure(trip, question)}`;
}

/** Where one end was not given, what the other one does is told all the same. */
function knownSide({ steps }: Trip, { from, hosts, to }: TripQuestion): string {
  const isBorne = hosts.some((one) => deviceBearing(one, to) !== null);
  if (from && isBorne) return '';
  const side = from?.name ?? steps[0]?.host;
  const reached = new Set(steps.filter((one) => one.outcome === 'passes').map((one) => one.stage));
  const does = from
    ? [
        reached.has('request-leaves') && 'sends the request',
        reached.has('reply-comes-in') && 'would let the reply in',
      ]
    : [reached.has('request-comes-in') && 'lets the request in', reached.has('reply-leaves') && 'answers'];
  const told = does.filter((one) => one !== false).join(' and ');
  return `: only this side is known${told === '' ? '' : `, ${side} ${told}`}`;
}

function crookedWords({ steps }: Trip): string {
  const crooked = steps.some((one) => one.crooked);
  return crooked ? ', by a crooked way that a filter in the network would break (--strict-network)' : '';
}

function failure({ steps, causes }: Trip, question: TripQuestion): string {
  const at = steps.find((one) => one.outcome === 'stops') ?? steps.find((one) => one.refused);
  return at ? stepSentence(at, question) : (causes[0]?.sentence ?? 'it is lost');
}

/** What a gap that nothing hangs on is taken for. */
export function assumptionWords({ host, missing }: TripGap): string {
  if (missing.what.startsWith('ss -'))
    return `a program of ${host} is taken to listen there; ${missing.what} would tell`;
  return `what ${gapWords({ host, missing })} would tell is taken as a fresh Linux has it`;
}

export function gapWords({ host, missing }: TripGap): string {
  return host ? `${missing.what} (of ${host})` : missing.what;
}

/** What is taken for granted beside the gaps of single steps. */
export function standingAssumptions(trip: Trip, { strictNetwork }: TripQuestion): string[] {
  return [
    strictNetwork
      ? 'the network delivers to whoever bears the address, and drops what comes from the wrong side'
      : 'the network delivers to whoever bears the address, and drops nothing',
    ...hostsWithoutDump(trip).map(dumpWords),
  ];
}
