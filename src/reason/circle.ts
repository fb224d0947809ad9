import { formatIp, sameIp } from '../addr/ip.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { HostState } from '../linux/host-state.ts';
import { networkDevice } from '../linux/network-device.ts';
import { receive } from '../linux/receive.ts';
import type { Cause } from './cause.ts';
import { stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { outDevice, routeSources } from './quote.ts';
import { replyPacket, requestAt, requestOf, requestPacket } from './request.ts';
import type { Expired } from './sent-ttl.ts';

/** Where a packet went out of a host and, with less TTL, came into it again. */
interface Turn {
  /** How it had come in first; null where the host sent it itself. */
  readonly came: Sighting | null;
  readonly out: Sighting;
  readonly again: Sighting;
}

/**
 * The packet went in a circle through hosts of ours, as their captures show: each of them is a part of it, whoever's TTL it was that
 * ran out. Which part is wrong the packets do not tell.
 */
export function circlesThrough(expired: Expired): Cause[] {
  const [exchange] = expired.finding.examples;
  const seen = (expired.reply ? exchange?.replies : exchange?.requests) ?? [];
  const hosts = [...new Set(seen.map((one) => one.host))];
  return hosts.flatMap((host) => {
    const turn = turnAt(seen.filter((one) => one.host === host));
    return turn ? [circleCause(expired, host, turn)] : [];
  });
}

/** By the TTL: of a burst the order of time tells less. */
function turnAt(seen: readonly Sighting[]): Turn | null {
  for (const out of seen.filter(({ direction }) => direction === 'out')) {
    const again = seen.find(({ direction, ttl }) => direction === 'in' && ttl < out.ttl);
    const came = seen.find(({ direction, ttl }) => direction === 'in' && ttl > out.ttl) ?? null;
    if (again) return { came, out, again };
  }
  return null;
}

function circleCause(expired: Expired, host: string, turn: Turn): Cause {
  const { came, out, again } = turn;
  const what = expired.reply ? 'the reply' : 'the request';
  const state = stateOf(expired.context, host);
  const computed = state && came ? decisionOf(expired, state, came) : null;
  // Else the state is of another time.
  const leads = !!state && !!computed && outDevice(computed) === networkDevice(state, out.interface ?? '');
  const decision = leads ? computed : null;
  const [to, on] = [out, again].map((one) => one.interface);
  const address = formatIp(out.dst);
  const passes = came ? 'sends on' : 'sends';
  const bears = state?.addresses.some((one) => sameIp(one.prefix.address, out.dst));
  return causeOf({
    kind: 'ttl-exceeded',
    host,
    confidence: 'likely',
    sentence: `${what} for ${address} goes in a circle: ${host} ${passes} what comes for it${to ? ` by ${to}` : ''}, and gets it back${on ? ` on ${on}` : ''}, until its TTL is used up`,
    sources: state && decision?.kind === 'route' ? routeSources(state, decision, out.dst, null) : [],
    notes: [
      ...(state && !bears
        ? [`${host} does not bear ${address}: if it should, that address is missing from it`]
        : []),
      `else a route is wrong, here or where it is sent back to ${host}`,
    ],
    decision,
  });
}

/** What its state makes of the packet that came. */
function decisionOf({ finding, reply }: Expired, state: HostState, came: Sighting) {
  const request = requestAt(finding, state.name) ?? requestOf(finding);
  if (!request || came.interface === null) return null;
  const packet = reply ? replyPacket(request) : requestPacket(request);
  return receive({ state, device: came.interface, packet, connection: null }).decision;
}
