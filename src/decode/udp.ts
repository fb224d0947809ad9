import { DnsMessage, readDns } from './dns.ts';
import { takeHash } from './echo.ts';
import { KIND_UDP, type Packet } from './packet.ts';
import { LAYER_UDP, stopShort } from './stop.ts';

// RFC 768.
const SOURCE_PORT = 0;
const DESTINATION_PORT = 2;
const HEADER_BYTES = 8;

/** The data's length comes from IP, as that of UDP-Lite and of datagrams a network card segments would be wrong here. */
export function decodeUdp(view: DataView, at: number, end: number, packet: Packet): void {
  if (end - at < HEADER_BYTES) {
    stopShort(packet, LAYER_UDP, at, HEADER_BYTES, end);
    return;
  }
  packet.kind = KIND_UDP;
  packet.sourcePort = view.getUint16(at + SOURCE_PORT);
  packet.destinationPort = view.getUint16(at + DESTINATION_PORT);
  packet.dataLength = packet.payloadLength - HEADER_BYTES;
  if (packet.followUdp) takeData(view, at + HEADER_BYTES, end, packet);
}

const dns = new DnsMessage();

function takeData(view: DataView, at: number, end: number, packet: Packet): void {
  takeHash(view, at, end, packet);
  if (readDns(view, at, end, dns)) packet.dataHash = dns.token;
  packet.dns = dns.role;
}
