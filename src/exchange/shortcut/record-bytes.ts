/** draft-ietf-opsawg-pcap section 5. */
export const RECORD_BYTES = 16;
export const MAX_PACKET_BYTES: u32 = 262144;
/** An enhanced packet block without options: what surrounds the packet (draft-ietf-opsawg-pcapng section 4.3). */
export const ENHANCED_PACKET = 6;
export const BLOCK_BYTES = 32;

export function word(at: i32, little: bool): u32 {
  const loaded = load<u32>(at);
  return little ? loaded : bswap(loaded);
}
