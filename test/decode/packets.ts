import { hex } from './decode-bytes.ts';

/** Headers to put together, written out field by field. */
export const ETHERNET = `
  02 42 0a 04 00 64   # destination
  02 42 0a 04 00 01   # source
`;

/** `total` and `protocol` in hex. */
export function ipv4(total: string, protocol: string, flagsFragment = '40 00'): string {
  return `
    45          # version 4, header of 5 words
    10          # tos
    ${total}    # total length
    12 34       # identification
    ${flagsFragment}
    3f          # ttl 63
    ${protocol}
    00 00       # header checksum, left to the network card
    0a 02 00 64 # 10.2.0.100
    0a 04 00 64 # 10.4.0.100
  `;
}

export function ipv6(payload: string, next: string): string {
  return `
    6a b0 00 01 # version 6, traffic class 0xab, flow label
    ${payload}  # payload length
    ${next}     # next header
    40          # hop limit 64
    20 01 0d b8 00 00 00 00 00 00 00 00 00 00 00 01
    20 01 0d b8 00 00 00 02 00 00 00 00 00 00 00 02
  `;
}

export const ECHO_REQUEST = `
  08 00       # echo request
  c0 de       # checksum
  00 07       # identifier
  01 02       # sequence number
  61 62 63 64 65 66 67 68 69 6a # data
`;

export const ECHO6_REPLY = `
  81 00       # echo reply
  c0 de
  00 07
  01 02
  61 62 63 64
`;

export const SYN = `
  c3 50       # source port 50000
  05 f1       # destination port 1521
  89 ab cd ef # sequence number
  00 00 00 00 # acknowledgement number
  70          # data offset 7 words
  02          # SYN
  fa f0       # window
  00 00       # checksum
  00 00       # urgent pointer
  01 01       # two no-operations
  02 04 05 b4 # maximum segment size 1460
  00 00       # end of options
`;

export function tcp(flags: string, dataOffset = '50'): string {
  return `
    05 f1       # source port 1521
    c3 50       # destination port 50000
    00 00 00 2a # sequence number
    89 ab cd f0 # acknowledgement number
    ${dataOffset}          # data offset, 5 words
    ${flags}
    00 00 00 00 00 00
  `;
}

export const ARP_REQUEST = `
  00 01       # Ethernet
  08 00       # IPv4
  06 04       # lengths of addresses
  00 01       # request
  02 42 0a 04 00 01 # sender
  0a 04 00 01
  00 00 00 00 00 00 # target
  0a 04 00 64
`;

export const SOLICITATION = `
  87 00       # neighbour solicitation
  00 00       # checksum
  00 00 00 00 # reserved
  20 01 0d b8 00 00 00 02 00 00 00 00 00 00 00 63
  01 01       # source link-layer address, one unit of 8
  02 42 0a 04 00 01
`;

export function ethernet(type: string, ...payload: string[]): Uint8Array {
  return hex(ETHERNET + type + payload.join('\n'));
}
