import { sameIp } from '../addr/ip.ts';
import type { Finding } from '../finding/finding.ts';
import type { Missing } from '../linux/decision.ts';
import type { HostState } from '../linux/host-state.ts';
import { arrivalStep } from './arrival-step.ts';
import type { Cause } from './cause.ts';
import { called, type ReasonContext, stateOf } from './context.ts';
import { type Beside, besideOf, departureStep } from './departure.ts';
import { atMost } from './draft.ts';
import { downAtResponder, weakWitness } from './lost.ts';
import { captureMissing, stateMissing } from './not-enough.ts';
import { outDevice } from './quote.ts';
import { type Request, requestOf } from './request.ts';
import { respond } from './responder.ts';
import { routingFault } from './routing-fault.ts';
import { serviceCause } from './service.ts';
import { explainStray } from './stray.ts';
import { explainUnasked } from './unasked.ts';

/** The responder's side was not seen: what its tables predict, never more than likely, beside what would settle it. */
export function explainNoReply(finding: Finding, context: ReasonContext): Cause[] {
  if (finding.path.replyLeft) return [explainUnasked(finding, context) ?? unseenArrival(finding, context)];
  const stray = explainStray(finding, context);
  if (stray.length > 0) return stray;
  const state = stateOf(context, finding.responder);
  const request = requestOf(finding);
  if (!state || !request) return [unseen(finding)];
  const down = downAtResponder(finding, context);
  if (down) return [down];
  const device = finding.path.requestReached?.interface ?? bearer(state, request);
  if (!device) return [unseen(finding)];
  const predicted = predict(finding, state, request, device, besideOf(finding, context)).map((cause) =>
    atMost(cause, 'likely'),
  );
  return predicted.length > 0 ? predicted : [captureMissing(finding)];
}

/** It left; the originator's captures do not show all that may have come in. */
function unseenArrival(finding: Finding, { identities }: ReasonContext): Cause {
  const { originator } = finding;
  const known = identities.some((one) => one.host === originator);
  const addresses: Missing = {
    kind: 'addresses',
    what: `ip addr (on ${called(originator, 'originator')}): by which other interfaces the reply may have come in`,
  };
  const { missing, ...cause } = captureMissing({
    ...finding,
    witness: { ...finding.witness, missing: weakWitness(finding) },
  });
  return {
    ...cause,
    sentence: 'whether the reply was lost on its way or came in where nobody captured cannot be told',
    missing: known ? missing : [addresses, ...missing],
  };
}

/** Neither the responder's capture nor its tables: both would tell. */
function unseen(finding: Finding): Cause {
  const tables = stateMissing(finding, 'responder', finding.responder);
  const capture = captureMissing(finding);
  return { ...capture, missing: [...capture.missing, ...tables.missing] };
}

function bearer(state: HostState, request: Request): string | undefined {
  return state.addresses.find((one) => sameIp(one.prefix.address, request.destination))?.device;
}

function predict(
  finding: Finding,
  state: HostState,
  request: Request,
  device: string,
  beside: Beside,
): readonly Cause[] {
  const { arrival, passage, home, delivered } = respond(finding, state, request, device);
  const entered = arrivalStep(arrival, passage, home);
  if (entered.causes.length > 0) return entered.causes;
  // Programs of somebody behind the host are not in its list.
  const service = passage.outcome.kind === 'forwards' ? null : serviceCause(state, delivered);
  if (service) return [service];
  const unsent = departureStep(home, finding, beside);
  if (unsent.causes.length > 0) return unsent.causes;
  const away = home.decision.kind === 'route' && outDevice(home.decision) !== device;
  return away ? [routingFault(home.misrouted)] : [];
}
