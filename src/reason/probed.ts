import type { Finding } from '../finding/finding.ts';
import type { Cause } from './cause.ts';
import { causeOf } from './draft.ts';

/**
 * Of probes that look for the way: one that nobody answers was used up on the way or dropped, which a router need not tell; and
 * the kernel resets what answers a SYN that the tool, and no socket, has sent. Null where the finding has causes as any other.
 */
export function probed({ kind, probing }: Finding): Cause[] | null {
  if (!probing) return null;
  if (kind === 'reply-not-accepted') return [];
  if (kind !== 'request-lost' && kind !== 'no-reply-seen') return null;
  return [
    causeOf({
      kind: 'not-enough-information',
      host: null,
      confidence: 'possible',
      sentence:
        'probes like those of traceroute and mtr bear small TTLs: whether this one was used up on the way, or dropped there, is not seen',
      missing: [{ kind: 'unmodelled', what: 'a packet with the TTL of any other, such as of ping' }],
    }),
  ];
}
