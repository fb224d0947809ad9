import type { Case } from './signs.ts';

/**
 * The answer of somebody behind the responder, to whom that passed the request on (a container, a server behind a translating
 * box), came in there and is not seen to leave it again. Whether its captures would show that is the witness's to say.
 */
export function passedBackOnly({ exchange, roles }: Pick<Case, 'exchange' | 'roles'>): boolean {
  const { replies } = exchange;
  const { originator, responder } = roles;
  if (responder === null || responder === originator || replies.length === 0) return false;
  return replies.every(({ host, direction }) => host === responder && direction === 'in');
}
