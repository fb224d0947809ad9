import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseIp } from '../../../src/addr/ip.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { readHostSources } from '../../../src/linux/state/read.ts';
import { roundTrip } from '../../../src/reason/trip/round-trip.ts';
import type { Trip, TripQuestion, TripStep } from '../../../src/reason/trip/trip.ts';

/** What a lab case holds of its probes: the command, and the interfaces at which the packets were seen (`a1 b1 b0 - fail`). */
export interface Probed {
  readonly hosts: Readonly<Record<string, { readonly interfaces: Readonly<Record<string, unknown>> }>>;
  readonly setup: readonly { readonly host: string; readonly command: string }[];
  readonly root_cause: { readonly code: string };
  readonly probes: readonly Probe[];
}

interface Probe {
  readonly command: string;
  readonly host: string;
  readonly proto: string;
  readonly port: number | null;
  readonly summary: string;
  readonly application_succeeded: boolean;
  /** What boxes between the hosts saw come in and go out. */
  readonly network?: Readonly<Record<string, Readonly<Record<Seen, { readonly seen: boolean }>>>>;
}

type Seen = 'request_in' | 'request_out' | 'reply_in' | 'reply_out';

export async function statesIn(folder: string, names: readonly string[]): Promise<HostState[]> {
  return Promise.all(
    names.map(async (name) => buildHostState(name, (await readHostSources(join(folder, name))).sources)),
  );
}

/**
 * The probe as its command line has it: `-I` binds ping to a device or address, `-s` ncat to an address; the lab's own
 * programs are called with the address and port asked and then their own address.
 */
export function questionOf(probe: Probe, hosts: readonly HostState[]): TripQuestion {
  const { command, host, port, proto } = probe;
  const words = command.split(/\s+/);
  const own = /^(?:udp-ask|tcp-exchange)$/.test(words[0]) ? words.slice(3, 4) : [];
  const flagged = words.filter((_, i) => ['-I', '-s', '--source', '--device'].includes(words[i - 1]));
  const bound = [...own, ...flagged];
  const from = hosts.find((one) => one.name === host);
  const to = words.filter((word) => !bound.includes(word)).flatMap((word) => parseIp(word) ?? [])[0];
  if (!from || !to) throw new Error(`not understood: ${command}`);
  return {
    from,
    to,
    device: bound.find((word) => !parseIp(word)) ?? null,
    address: bound.flatMap((word) => parseIp(word) ?? [])[0] ?? null,
    protocol: proto === 'udp' ? 'udp' : port ? 'tcp' : 'icmp',
    port: port ?? 0,
    tos: Number(words[words.indexOf('-Q') + 1]) || 0,
    strictNetwork: false,
    hosts,
  };
}

/** `a1 b1 b0 -`: where the request leaves and comes in, and the reply; as the lab's summaries have it. */
export function pathOf(trip: Trip, truth: Pick<Probed, 'hosts'>, originator: string): string {
  const place = ({ host, device, lookups }: TripStep) => {
    const names = Object.keys(truth.hosts[host ?? '']?.interfaces ?? {});
    const own = (one: string | null) => names.indexOf(one ?? '');
    const member = lookups[0]?.state.links.find((one) => one.master === device && own(one.name) >= 0);
    return `${host === originator ? 'a' : 'b'}${own(member?.name ?? device)}`;
  };
  return (['request-leaves', 'request-comes-in', 'reply-leaves', 'reply-comes-in'] as const)
    .map((stage) => {
      const step = trip.steps.find((one) => one.stage === stage);
      return step && wasSeen(trip, step) ? place(step) : '-';
    })
    .join(' ');
}

/** A question for a neighbour that nobody answers is no request on the wire. */
function wasSeen({ steps }: Trip, step: TripStep): boolean {
  if (!step.stage.endsWith('leaves')) return true;
  const next = steps[steps.indexOf(step) + 1];
  return step.outcome === 'passes' && !(next?.outcome === 'stops' && next.delivery === 'on-link');
}

/** Boxes that translate between the hosts are not foretold. */
function isForetold(truth: Probed): boolean {
  const between = truth.setup.filter((one) => !(one.host in truth.hosts));
  return !between.some((one) => /snat|dnat|masquerade/.test(one.command));
}

export interface Foretold {
  readonly compared: number;
  /** One line a probe of which the trip says something else than what happened. */
  readonly differ: readonly string[];
}

/** All cases of a folder. */
export async function differences(folder: string): Promise<Foretold> {
  const cases: Foretold[] = [];
  for (const name of readdirSync(folder).sort()) cases.push(await foretell(join(folder, name)));
  return {
    compared: cases.reduce((sum, one) => sum + one.compared, 0),
    differ: cases.flatMap((one) => one.differ),
  };
}

/** The probes of one case, foretold from the states of its hosts alone. */
export async function foretell(folder: string): Promise<Foretold> {
  const truth: Probed = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8'));
  const hosts = await statesIn(folder, Object.keys(truth.hosts));
  const probes = truth.probes.filter(() => isForetold(truth));
  const differ = probes.flatMap((probe) => {
    const told = compare(truth, probe, questionOf(probe, hosts));
    return told ? [`${basename(folder)} \`${probe.command}\`: ${told}`] : [];
  });
  return { compared: probes.length, differ };
}

/**
 * Where the network lost a packet that took a crooked way, a strict network foretells it; where it lost another one, no
 * host state can, and the trip must agree up to there.
 */
function compare(truth: Probed, probe: Probe, question: TripQuestion): string | null {
  const seen = probe.summary.split(' ').slice(0, 4);
  const lost = lostInNetwork(probe, seen);
  const plain = roundTrip(question);
  const strict = lost !== null && plain.steps.some((one) => one.crooked);
  const trip = strict ? roundTrip({ ...question, strictNetwork: true }) : plain;
  const path = pathOf(trip, truth, probe.host).split(' ');
  const agreesUpTo = rejectedByRule(trip) ? 2 : lost !== null && !strict ? lost : 4;
  const differs = seen.slice(0, agreesUpTo).some((place, at) => place !== path[at] && !missed(seen, at));
  if (differs) return `seen ${seen.join(' ')}, foretold ${path.join(' ')}`;
  if (
    (agreesUpTo < 4 && !rejectedByRule(trip)) ||
    (trip.verdict === 'arrives') === probe.application_succeeded
  )
    return null;
  return `${probe.application_succeeded ? 'worked' : 'failed'}, foretold ${trip.verdict}`;
}

/** Not seen there, but behind it: the capture missed it (a bridge shows what goes out at one of its two interfaces). */
function missed(seen: readonly string[], at: number): boolean {
  return seen[at] === '-' && seen.slice(at + 1).some((one) => one !== '-');
}

/** What a rule answers in the host's stead is not followed home. */
function rejectedByRule({ causes }: Trip): boolean {
  return causes.some((one) => one.kind === 'firewall-rejects');
}

/** Which place a packet never reached that some box between the hosts got and did not pass on: 1, 3, or none. */
function lostInNetwork({ network = {} }: Probe, seen: readonly string[]): 1 | 3 | null {
  const boxes = Object.values(network);
  const lost = (way: 'request' | 'reply') =>
    boxes.some((one) => one[`${way}_in`].seen && !one[`${way}_out`].seen);
  if (seen[1] === '-' && lost('request')) return 1;
  return seen[3] === '-' && lost('reply') ? 3 : null;
}
