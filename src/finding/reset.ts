import type { Finding } from './finding.ts';

/** An RST that the responder, whose capture covers that time, never sent: somebody between refused in its name. */
export function refusedByAnother({ path, witness, originator, responder }: Finding): boolean {
  // Who asked itself shows each packet once.
  if (originator === responder) return false;
  return path.replyReached !== null && path.replyLeft === null && witness.responderCovered;
}
