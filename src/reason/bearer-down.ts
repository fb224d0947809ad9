import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import { compareTime } from '../addr/time.ts';
import type { Finding } from '../finding/finding.ts';
import { askedDuring } from '../finding/neighbour.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';
import type { ReasonContext } from './context.ts';
import { causeOf } from './draft.ts';

/**
 * The interface that bears the address has no carrier, or is not up: nobody on its link hears the host. Null where it is up,
 * or where ARP or neighbour discovery is seen on it since the first of the packets; before that it may have died.
 */
export function bearerDown(
  state: HostState | undefined,
  address: Ip | null | undefined,
  finding: Finding,
  context: ReasonContext,
): Cause | null {
  if (!state || !address) return null;
  const own = state.addresses.find((one) => sameIp(one.prefix.address, address));
  const link = state.links.find((one) => one.name === own?.device);
  if (!link || link.flags.size === 0) return null;
  const up = link.flags.has('UP');
  if ((up && !link.flags.has('NO-CARRIER')) || isAlive(state.name, link.name, finding, context)) return null;
  return causeOf({
    kind: 'interface-linkdown',
    host: state.name,
    confidence: 'likely',
    sentence: `${link.name} of ${state.name}, which bears ${formatIp(address)}, ${up ? 'has no carrier' : 'is down'}`,
    sources: [{ span: link.span, mark: 'decides', label: up ? 'no carrier' : 'not UP', where: null }],
    notes: [
      ...(up ? ['its card, the cable or the port opposite makes it so'] : []),
      'the state was saved after the packets: whether it was so then is not seen',
    ],
  });
}

function isAlive(host: string, device: string, finding: Finding, context: ReasonContext): boolean {
  const { first } = finding;
  const { questions, unheeded, answers, askers } = context;
  return [...questions, ...unheeded, ...answers, ...askers].some(
    (one) =>
      one.host === host &&
      one.interface === device &&
      askedDuring(one, finding) &&
      compareTime(one.last, first) >= 0,
  );
}
