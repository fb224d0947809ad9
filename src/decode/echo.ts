import { hashBytes } from './hash.ts';
import { DATA_HASH_LIMIT, DATA_LENGTH_UNKNOWN, type Packet } from './packet.ts';

/** RFC 792 and RFC 4443 section 4: identifier (2), sequence number (2), data. */
const IDENTIFIER = 4;
const SEQUENCE = 6;
const HEADER_BYTES = 8;
const LIMIT = DATA_HASH_LIMIT;

/** Reads an echo message that begins at `at`; its 8 header bytes are known to be there. */
export function takeEcho(view: DataView, at: number, end: number, packet: Packet): void {
  packet.sourcePort = view.getUint16(at + IDENTIFIER);
  packet.destinationPort = view.getUint16(at + SEQUENCE);
  packet.dataLength = packet.fragment === 0 ? packet.payloadLength - HEADER_BYTES : DATA_LENGTH_UNKNOWN;
  takeHash(view, at + HEADER_BYTES, end, packet);
}

/** Hashes the data in [at, end), or as much of it as counts. */
export function takeHash(view: DataView, at: number, end: number, packet: Packet): void {
  const length = Math.min(end - at, LIMIT);
  packet.dataHashed = length;
  packet.dataHash = hashBytes(view, at, length);
}
