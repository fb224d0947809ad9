import { sameIp } from '../addr/ip.ts';
import type { ExchangeGroup } from './correlation.ts';
import type { Exchange } from './exchange.ts';
import type { Sighting } from './sighting.ts';

/** One may be the edge of the capture, whose beginning hides its request, or a packet that the kernel dropped. */
const ENOUGH = 2;

/**
 * Hosts whose captures hold what only follows a packet that went the other way, and not that packet: an echo reply, a SYN-ACK
 * or a refusal without its request, or the last ACK of a handshake that began there without the SYN-ACK. So they hold one
 * direction only, where they cover all interfaces. Data of an older connection is no such proof: it is sent again when nothing
 * comes in any more.
 */
export class LoneAnswers {
  private readonly groups: readonly ExchangeGroup[];
  private hosts: ReadonlyMap<string, number> | null = null;

  constructor(groups: readonly ExchangeGroup[]) {
    this.groups = groups;
  }

  /** Looked for when it is asked first: examples have to be made for it. */
  showOf(host: string): boolean {
    this.hosts ??= this.count();
    return (this.hosts.get(host) ?? 0) >= ENOUGH;
  }

  private count(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    const add = (hosts: readonly string[], weight: number) => {
      for (const host of new Set(hosts)) counts.set(host, (counts.get(host) ?? 0) + weight);
    };
    for (const { examples, count } of this.groups) {
      // All of a group are alike in what was seen of them, and some of them are examples.
      const whole = examples.filter(isWhole);
      add(whole.flatMap(answering), count);
      // What began and went on within the capture is at no edge of it.
      add(whole.flatMap(following), ENOUGH);
    }
    return counts;
  }
}

/** What the lists do not hold any more may have been there. */
function isWhole({ requests, replies, requestCount, replyCount }: Exchange): boolean {
  return requestCount <= requests.length && replyCount <= replies.length;
}

/** Hosts that saw the answer and not what it answers. */
function answering(exchange: Exchange): string[] {
  const asked = namesOf(exchange.requests);
  return namesOf(answersOf(exchange)).filter((host) => !asked.includes(host));
}

/** Hosts that saw a handshake begin and end, and not the SYN-ACK. */
function following({ requests, replies, acks }: Exchange): string[] {
  const [asked, answered] = [namesOf(requests), namesOf(replies)];
  return namesOf(acks).filter((host) => asked.includes(host) && !answered.includes(host));
}

function answersOf({ protocol, dns, src, replies, resets }: Exchange): readonly Sighting[] {
  if (protocol === 'udp' && !dns) return [];
  return replies.length > 0 ? replies : resets.filter((one) => one.ack !== 0 && !sameIp(one.src, src));
}

function namesOf(sightings: readonly Sighting[]): string[] {
  return sightings.map((one) => one.host);
}
