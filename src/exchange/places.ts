export type SightingDirection = 'in' | 'out' | 'unknown';

/** To whom a frame is addressed on the link: a hardware address of one interface, a group of them, or all. */
export type LinkCast = 'one' | 'multicast' | 'broadcast';

/** Where a packet was seen: one row for each capture, interface, direction and cast that occurs. */
export interface Place {
  readonly host: string;
  /** Number of the capture, in the order given. */
  readonly capture: number;
  readonly interface: string | null;
  readonly direction: SightingDirection;
  readonly cast: LinkCast;
}

/** Places beyond this many (a capture with made-up interface indexes) lose their interface. */
const PLACES_LIMIT = 16384;

/** Numbers the places, so that a sighting carries its place in one word. */
export class Places {
  readonly list: Place[] = [];
  /** By place: a number that is equal for the same host, interface and direction, whatever the file. */
  spots = new Int32Array(64);
  /** By place: number of the host. */
  hosts = new Int32Array(64);
  /** By place: a number that is equal for the same host and interface. */
  links = new Int32Array(64);
  readonly hostNames: string[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly spotNumbers = new Map<string, number>();
  private readonly linkNumbers = new Map<string, number>();

  /** The number of a place, new or known. */
  numberOf(place: Place): number {
    const device = this.list.length >= PLACES_LIMIT ? null : place.interface;
    const key = `${place.capture} ${place.direction} ${place.cast} ${device === null ? '' : `/${device}`}`;
    return this.numbers.get(key) ?? this.add(key, { ...place, interface: device });
  }

  /** Under other names, once all was read; numbers stay. */
  rename(right: (place: Place) => Place): void {
    this.list.forEach((place, number) => {
      this.list[number] = right(place);
    });
  }

  hostNumber(host: string): number {
    const known = this.hostNames.indexOf(host);
    return known >= 0 ? known : this.hostNames.push(host) - 1;
  }

  private add(key: string, place: Place): number {
    const number = this.list.push(place) - 1;
    this.numbers.set(key, number);
    if (number === this.spots.length) this.grow();
    const link = JSON.stringify([place.host, place.interface]);
    this.links[number] = numbered(this.linkNumbers, link);
    this.spots[number] = numbered(this.spotNumbers, `${place.direction} ${link}`);
    this.hosts[number] = this.hostNumber(place.host);
    return number;
  }

  private grow(): void {
    this.spots = doubled(this.spots);
    this.hosts = doubled(this.hosts);
    this.links = doubled(this.links);
  }
}

function numbered(numbers: Map<string, number>, key: string): number {
  const known = numbers.get(key);
  if (known !== undefined) return known;
  numbers.set(key, numbers.size);
  return numbers.size - 1;
}

function doubled(words: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(words.length * 2);
  larger.set(words);
  return larger;
}
