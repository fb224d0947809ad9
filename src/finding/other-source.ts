import { type HostIdentity, hostBearing } from '../addr/identity.ts';
import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
import type { Exchange } from '../exchange/exchange.ts';

/** Datagrams that the host asked sent to the very port that asked, from another of its addresses. */
export class OtherSources {
  private readonly groups: readonly ExchangeGroup[];
  private readonly identities: readonly HostIdentity[];
  /** By address and port; made when it is first asked for. */
  private byPort: ReadonlyMap<string, readonly ExchangeGroup[]> | null = null;

  constructor(groups: readonly ExchangeGroup[], identities: readonly HostIdentity[]) {
    this.groups = groups;
    this.identities = identities;
  }

  /** The one other address; null: none is seen, or several are. */
  of({ ends, examples: [asked] }: ExchangeGroup): Ip | null {
    this.byPort ??= portsOf(this.groups);
    const sent = this.byPort.get(keyOf(ends.src, asked.srcPort)) ?? [];
    const others = sent.filter(
      (one) => !sameIp(one.ends.src, ends.dst) && this.isOfHostAsked(asked, one.examples[0]),
    );
    const [first] = others;
    return first && others.every((one) => sameIp(one.ends.src, first.ends.src)) ? first.ends.src : null;
  }

  /** By its state, or as its capture shows: the question came in there, and the other datagram was made there. */
  private isOfHostAsked({ dst, requests }: Exchange, sent: Exchange): boolean {
    const host = hostBearing(this.identities, dst)?.host;
    if (host !== undefined && hostBearing(this.identities, sent.src)?.host === host) return true;
    const made = sent.requests.find((one) => one.direction === 'out')?.host;
    const passedOn = sent.requests.some((one) => one.host === made && one.direction === 'in');
    return (
      made !== undefined && !passedOn && requests.some((one) => one.host === made && one.direction === 'in')
    );
  }
}

function portsOf(groups: readonly ExchangeGroup[]): Map<string, ExchangeGroup[]> {
  const byPort = new Map<string, ExchangeGroup[]>();
  for (const one of groups) {
    if (one.protocol !== 'udp' || one.src === null || one.dstPort === null) continue;
    const key = keyOf(one.ends.dst, one.dstPort);
    const known = byPort.get(key);
    if (known) known.push(one);
    else byPort.set(key, [one]);
  }
  return byPort;
}

function keyOf(address: Ip, port: number): string {
  return `${formatIp(address)} ${port}`;
}
