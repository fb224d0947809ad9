import { interfaceBearing, routedName } from '../addr/identity.ts';
import { sentInVain } from './again.ts';
import { type Case, tiesToLink } from './signs.ts';

/**
 * A handshake of which the responder's captures of some cards show the SYN-ACK alone: it leaves by another card than the one that
 * bears its source, again and again. The SYN came in where nobody looked, and so may the answer to the SYN-ACK: there is none.
 */
export function answeredUnasked({ exchange, roles, stages, witness, identities }: Case): boolean {
  const { protocol, requests, replies, resets, acks } = exchange;
  const left = stages.replyLeft;
  if (protocol !== 'tcp' || requests.length + resets.length + acks.length > 0) return false;
  if (left === null || left.direction !== 'out' || left.interface === null) return false;
  const unseen = witness.missing.some(
    (gap) => gap.kind === 'some-interfaces' && gap.host === roles.responder,
  );
  const identity = identities.find(({ host }) => host === left.host);
  const bearer = identity && interfaceBearing(identity, left.src);
  if (!unseen || !bearer || !tiesToLink(bearer, left.src)) return false;
  const sent = replies.filter(
    ({ host, interface: device, direction }) =>
      host === left.host && device === left.interface && direction === 'out',
  );
  return routedName(identity, left.interface) !== bearer.name && sentInVain(sent);
}
