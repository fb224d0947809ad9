/**
 * A sighting on its way from the walker of a capture to the table of open exchanges: `STRIDE` 32-bit words in a flat
 * array, so that a batch of them can be handed to another thread, or written down, as it is. What few sightings have
 * (IPv6 addresses, the packet an ICMP error quotes) lies in a row of `WIDE_STRIDE` words beside.
 */
export const BATCH_VERSION = 1;
export const STRIDE = 16;
export const WIDE_STRIDE = 20;

/** Kind of a record of our own beside the packet kinds: a segment of a connection whose data may be stuck (`stalls.ts`). */
export const KIND_SEGMENT = 14;

/** Packet kind (8 bits, `decode/packet.ts`), above it the number of the place. */
export const R_KIND_PLACE = 0;
/** Seconds since 1970 and nanoseconds in that second, on the clock of the capturing host. */
export const R_SECONDS = 1;
export const R_NANOS = 2;
export const R_FRAME = 3;
/** IPv4 address; for IPv6 a hash of it (the address lies in the wide row). ARP: protocol addresses. */
export const R_SRC = 4;
export const R_DST = 5;
/** Source port or echo identifier (upper 16 bits), destination port or echo sequence. */
export const R_PORTS = 6;
/** TCP sequence number; echo and UDP: hash of the data. */
export const R_SEQ = 7;
/** TCP acknowledgement number (SYN: its timestamp option); echo and UDP: length of the data (upper 16 bits), DNS role (2 bits), bytes hashed. */
export const R_ACK = 8;
/** ICMP type, ICMP code, TTL, TOS; 8 bits each from the top. */
export const R_HEADER = 9;
/** Upper 16 bits of the link-layer source, payload length in bytes (at most 65535). */
export const R_MAC_LENGTH = 10;
export const R_MAC_LOW = 11;
/** 1 + number of the wide row; 0 without one. */
export const R_WIDE = 12;
/** Hash of what pairs (`key.ts`), without the address asked. */
export const R_KEY = 13;
/**
 * IP version (4 bits), TCP flags (8 bits from bit 8); between them the words of the TCP header, of a SYN that bears data, else 0.
 * In the pool also `ANSWERS`.
 */
export const R_FLAGS = 14;
/** Bit of R_FLAGS: the sighting is of a reply. */
export const ANSWERS = 0x10000;
/** Bits of R_FLAGS: the words of the header. */
export const HEADER_WORDS = 0xf0;
/** In the pool: the next sighting of the same exchange, or the next free slot. */
export const R_NEXT = 15;

/** Where the DNS role lies in R_ACK. */
export const DNS_SHIFT = 14;

/** Addresses of an IPv6 packet. */
export const X_SRC = 0;
export const X_DST = 4;
/** Source of the packet quoted, or the target of neighbour discovery. */
export const X_THIRD = 8;
/** Destination of the packet quoted. */
export const X_FOURTH = 12;
/** Quoted IP protocol (upper 16 bits) and ICMP type; TCP: its flags (8 bits from bit 8), and 1 where the responder is known to have sent it. */
export const X_QUOTED = 16;
/** Segments, in the same place: what it tells (`stalls.ts`). */
export const X_STALL = 16;
/** ARP and neighbour discovery, in the same place: the hardware address told, upper 16 and lower 32 bits. */
export const X_HARDWARE = 16;
/** Segments, in the same place: 1 where the originator sent it. */
export const X_FORTH = 17;
/** Quoted ports, or echo identifier and sequence. */
export const X_QUOTED_PORTS = 17;
/** TCP: number of the SYN, where the handshake was seen; else as quoted. */
export const X_QUOTED_SEQ = 18;
export const X_MTU = 19;
