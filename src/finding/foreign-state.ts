import type { HostIdentity } from '../addr/identity.ts';
import { formatIp, type Ip, isLinkLocal, isLoopback } from '../addr/ip.ts';
import type { Mac } from '../addr/mac.ts';
import type { ExchangeGroup } from '../exchange/correlation.ts';
import type { Sighting } from '../exchange/sighting.ts';

/** A host whose captures do not fit the state that was given for it. */
export interface ForeignState {
  readonly host: string;
  /** What does not fit. */
  readonly frame: Sighting;
  /** The host whose state bears the source of that frame: perhaps they were exchanged. */
  readonly bearer: string | null;
}

/** Groups of exchanges looked at; of a host that has its own state the first one mostly fits. */
const LOOKED_AT = 256;

/**
 * States that are of another host, or of another network namespace, than the captures given under the same name: what leaves by
 * itself bears neither an address nor a hardware address of the state, or an address of the state comes in from elsewhere; and
 * nothing at all fits. An address that was moved, or a card that was exchanged, alone is no sign of it.
 */
export function foreignStates(
  groups: readonly ExchangeGroup[],
  identities: readonly HostIdentity[],
): ForeignState[] {
  const own = identities.map((identity) => new Bearer(identity));
  return own.flatMap((one) => {
    const frame = one.misfit(groups.slice(0, LOOKED_AT));
    if (!frame) return [];
    const bearer = own.find((other) => frame.direction === 'out' && other.bears(frame.src));
    return [{ host: one.host, frame, bearer: bearer?.host ?? null }];
  });
}

function isOut({ direction }: Sighting): boolean {
  return direction === 'out';
}

/** What a state says of its host on the wire. */
class Bearer {
  readonly host: string;
  private readonly addresses: ReadonlySet<string>;
  private readonly macs: ReadonlySet<Mac>;
  /**
   * Interfaces of which it tells the hardware address; a listing of a few says nothing of the others. Bridges and their ports
   * send what others made.
   */
  private readonly cards: ReadonlySet<string>;

  constructor({ host, interfaces }: HostIdentity) {
    this.host = host;
    const addresses = interfaces.flatMap((one) => one.addresses.map(({ address }) => address));
    this.addresses = new Set(addresses.filter((one) => !isLoopback(one) && !isLinkLocal(one)).map(formatIp));
    this.macs = new Set(interfaces.flatMap(({ mac }) => (mac === null ? [] : [mac])));
    const bridged = new Set(interfaces.flatMap(({ name, portOf }) => (portOf ? [name, portOf] : [])));
    const cards = interfaces.filter(({ name, mac }) => mac !== null && !bridged.has(name));
    this.cards = new Set(cards.map(({ name }) => name));
  }

  bears(ip: Ip): boolean {
    return this.addresses.has(formatIp(ip));
  }

  /** Null where anything fits. */
  misfit(groups: readonly ExchangeGroup[]): Sighting | null {
    if (this.addresses.size === 0) return null;
    const found: Sighting[] = [];
    for (const { examples } of groups) {
      const { requests, replies } = examples[0];
      for (const list of [requests, replies]) {
        const here = list.filter(({ host, interface: device }) => host === this.host && device !== 'lo');
        if (here.some((one) => this.fits(one))) return null;
        const passedOn = here.some(({ direction }) => direction === 'in');
        if (!found.some(isOut)) found.push(...here.filter((one) => this.contradicts(one, passedOn)));
      }
    }
    return found.find(isOut) ?? found[0] ?? null;
  }

  private fits({ direction, src, dst, macSource }: Sighting): boolean {
    if (direction === 'in') return this.bears(dst);
    return direction === 'out' && (this.bears(src) || this.isOwn(macSource));
  }

  private contradicts(
    { direction, src, macSource, interface: device }: Sighting,
    passedOn: boolean,
  ): boolean {
    if (direction === 'in') return this.bears(src) && !this.isOwn(macSource);
    return direction === 'out' && !passedOn && macSource !== null && this.cards.has(device ?? '');
  }

  private isOwn(mac: Mac | null): boolean {
    return mac !== null && this.macs.has(mac);
  }
}
