import { KIND_ICMP_ERROR, KIND_UDP } from '../decode/packet.ts';
import type { SightingBatch } from './batch.ts';
import { PROTOCOL_UDP } from './key.ts';
import { R_KIND_PLACE, R_WIDE, STRIDE, WIDE_STRIDE, X_QUOTED } from './layout.ts';

/** Takes datagrams, and errors about them, out of the batch. Their wide rows stay, unused. */
export function dropDatagrams(batch: SightingBatch): void {
  const { words } = batch;
  const end = batch.count * STRIDE;
  let to = 0;
  for (let at = 0; at < end; at += STRIDE) {
    if (isOfDatagram(batch, at)) continue;
    if (to < at) words.copyWithin(to, at, at + STRIDE);
    to += STRIDE;
  }
  batch.count = to / STRIDE;
}

function isOfDatagram({ words, wide }: SightingBatch, at: number): boolean {
  const kind = words[at + R_KIND_PLACE] & 0xff;
  if (kind === KIND_UDP) return true;
  if (kind !== KIND_ICMP_ERROR) return false;
  return wide[(words[at + R_WIDE] - 1) * WIDE_STRIDE + X_QUOTED] >>> 16 === PROTOCOL_UDP;
}
