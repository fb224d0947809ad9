/** A 48-bit hardware address as iproute2 prints it: six lower-case octets with colons. */
export type Mac = string;

/** Reads `02:42:0A:04:00:64` or the same with dashes; undefined if it is not an EUI-48. */
export function parseMac(text: string): Mac | undefined {
  const lower = text.toLowerCase().replaceAll('-', ':');
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/.test(lower) ? lower : undefined;
}

/** From the upper 16 and the lower 32 bits, as the decoder holds it. */
export function macFromWords(high16: number, low32: number): Mac {
  const octets = [high16 >>> 8, high16, low32 >>> 24, low32 >>> 16, low32 >>> 8, low32];
  return octets.map((octet) => HEX[octet & 0xff]).join(':');
}

const HEX = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

/** Upper 16 and lower 32 bits. */
export function macToWords(mac: Mac): readonly [number, number] {
  const hex = mac.replaceAll(':', '');
  return [Number.parseInt(hex.slice(0, 4), 16), Number.parseInt(hex.slice(4), 16)];
}
