import { formatIp } from '../addr/ip.ts';
import type { Errno, RouteDecision, RouteFound } from '../linux/decision.ts';
import { type Flow, INVALID_USER } from '../linux/flow.ts';
import type { IpRouteGet, RouteAnswer } from '../linux/route-answer.ts';

/** errno(3) in the words of `RTNETLINK answers: ...`. */
const ERRNO_WORDS: Record<Errno, string> = {
  ENETUNREACH: 'Network is unreachable',
  EHOSTUNREACH: 'No route to host',
  EACCES: 'Permission denied',
  EINVAL: 'Invalid argument',
  ESRCH: 'No such process',
  ENODEV: 'No such device',
  EXDEV: 'Invalid cross-device link',
  EAGAIN: 'Resource temporarily unavailable',
};

/** What `ip route get` would have printed: its first line, or its error. */
export function routeLine(decision: RouteDecision, answer: RouteAnswer, flow: Flow): string {
  if (decision.kind === 'cannot-tell') return 'cannot tell';
  if (decision.kind === 'route' && answer.answer) return foundLine(decision, answer.answer, flow);
  return decision.kind === 'route' ? 'cannot tell' : errorLine(decision, flow);
}

/** iproute2 itself looks a device up by its name before it asks the kernel. */
function errorLine(decision: Exclude<RouteDecision, { kind: 'route' | 'cannot-tell' }>, flow: Flow): string {
  const device = flow.inputDevice ?? flow.outputDevice;
  if (decision.error === 'ENODEV' && device !== null) return `Cannot find device "${device}"`;
  return `RTNETLINK answers: ${ERRNO_WORDS[decision.error]}`;
}

/** In the order of print_route (iproute2, ip/iproute.c). */
function foundLine(found: RouteFound, answer: IpRouteGet, flow: Flow): string {
  const isIpv6 = flow.destination.family === 6;
  const words = [
    answer.type ?? '',
    answer.dst,
    answer.from ? `from ${answer.from}` : isIpv6 ? 'from ::' : '',
    answer.tos ? `tos ${answer.tos}` : '',
    answer.gateway ? `via ${answer.gateway}` : '',
    answer.via ? `via inet6 ${answer.via.host}` : '',
    `dev ${answer.dev}`,
    answer.table ? `table ${answer.table}` : '',
    isIpv6 ? protocolOf(found) : '',
    answer.prefsrc ? `src ${answer.prefsrc}` : '',
    isIpv6 && answer.metric !== undefined ? `metric ${answer.metric}` : '',
    answer.mark ? `mark ${markWords(answer.mark)}` : '',
    isIpv6 || flow.user === INVALID_USER ? '' : `uid ${flow.user}`,
    isIpv6 && answer.iif ? `iif ${answer.iif}` : '',
    isIpv6 ? `pref ${preferenceOf(found)}` : '',
  ];
  return words.filter((word) => word !== '').join(' ');
}

function protocolOf({ route }: RouteFound): string {
  const own = route?.protocol;
  return own && own !== 'boot' ? `proto ${own}` : '';
}

function preferenceOf({ route }: RouteFound): string {
  const preference = route?.routerPreference ?? 0;
  return preference === 0 ? 'medium' : preference > 0 ? 'high' : 'low';
}

/** iproute2 prints marks from 16 on in hexadecimal. */
function markWords(mark: number): string {
  return mark >= 16 ? `0x${mark.toString(16)}` : String(mark);
}

/** Every next hop that may be taken, where a hash, equal routes or neighbour states decide. */
export function choiceWords(found: RouteFound): string {
  const hops = found.candidates.map((one) =>
    one.gateway ? `via ${formatIp(one.gateway)} dev ${one.device}` : `dev ${one.device}`,
  );
  return hops.join(', or ');
}
