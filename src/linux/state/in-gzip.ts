import { constants, gunzipSync } from 'node:zlib';
import { isTar } from '../archive/container.ts';

/** Captures are inflated as they are read; archives and texts are unpacked here. */
export function kindInGzip(head: Buffer): 'capture' | 'gzip' {
  try {
    const inside = gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH });
    return isTar(inside) || isText(inside) ? 'gzip' : 'capture';
  } catch {
    return 'capture';
  }
}

function isText(bytes: Buffer): boolean {
  return bytes.length > 0 && !bytes.subarray(0, 512).includes(0);
}
