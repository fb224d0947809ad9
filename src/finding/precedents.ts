import { type HostIdentity, hostsBearing } from '../addr/identity.ts';
import { formatIp, type Ip } from '../addr/ip.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
import type { Case } from './signs.ts';

/**
 * Groups that were answered, for others of which the same was seen: a busy network has thousands. Where that is a
 * request and its reply, nothing tells whether it is an answer but their kinds and places (`ExchangeGroup.shape`) and
 * which of the hosts' own addresses they bear. Of a failure the time and the number tell as well, so it is no precedent.
 */
export class Precedents {
  private readonly cases = new Map<number | string, Case>();
  private readonly identities: readonly HostIdentity[];

  constructor(identities: readonly HostIdentity[]) {
    this.identities = identities;
  }

  find(group: ExchangeGroup): Case | undefined {
    const key = this.keyOf(group);
    return key === null ? undefined : this.cases.get(key);
  }

  /** @param one the case of this group, which was answered */
  add(group: ExchangeGroup, one: Case): void {
    const key = this.keyOf(group);
    if (key !== null) this.cases.set(key, one);
  }

  private keyOf({ shape, ends }: ExchangeGroup): number | string | null {
    if (shape === null || this.identities.length === 0) return shape;
    const { src, dst } = ends;
    return `${shape} ${this.ownName(src)} ${this.ownName(dst)}`;
  }

  /** Empty for addresses of others, which are all alike. */
  private ownName(ip: Ip): string {
    return hostsBearing(this.identities, ip).length > 0 ? formatIp(ip) : '';
  }
}
