import { sameIp } from '../addr/ip.ts';
import type { ExchangeGroup } from './correlation.ts';
import type { Exchange } from './exchange.ts';
import type { Sighting } from './sighting.ts';

/**
 * Hosts whose captures hold what only follows a packet that went the other way, and not that packet: an echo reply, a SYN-ACK
 * or a refusal without its request, or the last ACK of a handshake that began there without the SYN-ACK. So they hold one
 * direction only, where they cover all interfaces. Data of an older connection is no such proof: it is sent again when nothing
 * comes in any more.
 */
export class LoneAnswers {
  private readonly groups: readonly ExchangeGroup[];
  private hosts: ReadonlySet<string> | null = null;

  constructor(groups: readonly ExchangeGroup[]) {
    this.groups = groups;
  }

  /** Looked for when it is asked first: examples have to be made for it. */
  showOf(host: string): boolean {
    this.hosts ??= new Set(this.groups.flatMap(({ examples }) => examples.flatMap(hostsOf)));
    return this.hosts.has(host);
  }
}

function hostsOf(exchange: Exchange): string[] {
  const { requests, replies, acks, requestCount, replyCount } = exchange;
  // What the lists do not hold any more may have been there.
  if (requestCount > requests.length || replyCount > replies.length) return [];
  const asked = namesOf(requests);
  const answered = namesOf(replies);
  const answering = namesOf(answersOf(exchange)).filter((host) => !asked.includes(host));
  const following = namesOf(acks).filter((host) => asked.includes(host) && !answered.includes(host));
  return [...answering, ...following];
}

/** UDP has no word for an answer, save in DNS. */
function answersOf({ protocol, dns, src, replies, resets }: Exchange): readonly Sighting[] {
  if (protocol === 'udp' && !dns) return [];
  return replies.length > 0 ? replies : resets.filter((one) => one.ack !== 0 && !sameIp(one.src, src));
}

function namesOf(sightings: readonly Sighting[]): string[] {
  return sightings.map((one) => one.host);
}
