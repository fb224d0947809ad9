import type { Packet } from '../packet.ts';
import type { Connection } from '../passage.ts';
import { numberOfIp } from './address-number.ts';
import { hasEntry, isDestinationChanged, isSourceChanged } from './connection.ts';
import type { Crossing } from './crossing.ts';
import { ABSENT, type Reading, read, UNKNOWN } from './reading.ts';

const STATE_BITS = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 };
const SEEN_REPLY = 2;
const SOURCE_CHANGED = 16;
const DESTINATION_CHANGED = 32;

/** What `ct ...` reads. Without a connection there is only a state, which is `invalid` before tracking has seen the packet. */
export function readConnection({ connection }: Crossing, name: string): Reading {
  if (name === 'state') return read(STATE_BITS[connection?.state ?? 'invalid']);
  if (!hasEntry(connection)) return ABSENT;
  switch (name) {
    case 'mark':
      return read(connection.mark);
    case 'direction':
      return read(connection.direction === 'original' ? 0 : 1);
    case 'status':
      return read(statusOf(connection));
    case 'zone':
      return read(0);
    case 'l3proto':
      return read(connection.original.source.family === 4 ? 2 : 10);
    case 'protocol':
      return read(connection.original.protocol);
    default:
      return readTuple(connection, name);
  }
}

/** Only the bits that rules ask for in earnest: what was translated, and whether a reply was seen. */
function statusOf(connection: Connection): number {
  return (
    (connection.state === 'established' ? SEEN_REPLY : 0) |
    (isSourceChanged(connection) ? SOURCE_CHANGED : 0) |
    (isDestinationChanged(connection) ? DESTINATION_CHANGED : 0)
  );
}

/** `original ip saddr`, `reply proto-dst`: a reply's tuple is that of the translated packet, swapped. */
function readTuple({ original, translated }: Connection, name: string): Reading {
  const [direction, ...rest] = name.split(' ');
  const key = rest.at(-1) ?? '';
  const isReply = direction === 'reply';
  const from: Packet = isReply ? translated : original;
  const family = { ip: 4, ip6: 6 }[rest[0]] ?? from.source.family;
  if (family !== from.source.family) return ABSENT;
  const wantsSource = (key === 'saddr' || key === 'proto-src') !== isReply;
  if (key === 'protocol') return read(from.protocol);
  if (key === 'saddr' || key === 'daddr')
    return read(numberOfIp(wantsSource ? from.source : from.destination));
  if (key === 'proto-src' || key === 'proto-dst')
    return read(wantsSource ? from.sourcePort : from.destinationPort);
  return UNKNOWN;
}
