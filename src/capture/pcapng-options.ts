/**
 * Options of a pcapng block: code and length (2 + 2 bytes), value, padding to 4 bytes (draft-ietf-opsawg-pcapng
 * section 3.5). One cursor is used again for every block, because each frame may carry options.
 */
export class OptionCursor {
  code = 0;
  /** Where the value begins, and its length without padding. */
  at = 0;
  length = 0;
  /** The list ended with a value that reaches over the end of its block. */
  broken = false;
  private view: DataView = new DataView(new ArrayBuffer(0));
  private next = 0;
  private end = 0;
  private little = true;

  begin(view: DataView, at: number, end: number, little: boolean): void {
    this.view = view;
    this.next = at;
    this.end = end;
    this.little = little;
    this.broken = false;
  }

  /** Moves on to the next option; false after the last. */
  advance(): boolean {
    const left = this.end - this.next;
    if (left < 4) return false;
    this.code = this.view.getUint16(this.next, this.little);
    this.length = this.view.getUint16(this.next + 2, this.little);
    this.at = this.next + 4;
    if (this.code === OPT_END) return false;
    this.broken = this.length > left - 4;
    this.next = this.at + ((this.length + 3) & ~3);
    return !this.broken;
  }
}

export const OPT_END = 0;
export const OPT_COMMENT = 1;
/** Interface description block (section 4.2). */
export const IF_NAME = 2;
export const IF_DESCRIPTION = 3;
export const IF_TSRESOL = 9;
export const IF_FILTER = 11;
export const IF_TSOFFSET = 14;
/** Enhanced packet block (section 4.3); the obsolete packet block's flags (section B) have the same code. */
export const EPB_FLAGS = 2;
export const EPB_DROPCOUNT = 4;
/** Interface statistics block (section 4.6). */
export const ISB_IFDROP = 5;
export const ISB_OSDROP = 7;

const TEXT = new TextDecoder('utf-8');

/** A text option, at most `limit` bytes of it; some writers count a closing NUL. */
export function optionText(bytes: Uint8Array, at: number, length: number, limit: number): string {
  let end = at + Math.min(length, limit);
  while (end > at && bytes[end - 1] === 0) end--;
  return TEXT.decode(bytes.subarray(at, end));
}
