/**
 * What JSON lets through as it is but a terminal may act on, or show in another order: DEL, C1 (0x9b begins an escape
 * sequence), line separators, characters that change direction. JSON may escape any of them.
 */
const UNSAFE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** The value as JSON, safe to print. */
export function jsonText(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    UNSAFE,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
