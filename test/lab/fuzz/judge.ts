import type { SourceFile } from '../../../src/addr/source.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { answerOf, decide, type IpRouteGet } from '../../../src/linux/route-answer.ts';
import { parseRouteQuery } from '../../../src/linux/route-query.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { routeLine } from '../../../src/report/route-line.ts';
import type { KernelAnswer, KernelRoute } from './machine.ts';

/** What wayhome's answer is worth beside the kernel's. */
export type Judgement =
  | { readonly kind: 'agrees' }
  | { readonly kind: 'cannot-tell'; readonly why: string }
  | { readonly kind: 'differs'; readonly wayhome: string }
  /** Multicast that comes in: `ip route get` itself cannot print it (EMSGSIZE). */
  | { readonly kind: 'left-out' };

export function stateOf(sources: readonly SourceFile[]): HostState {
  return buildHostState('host', sources);
}

/** Errors by their words; else type, device, gateway, source and table, and the printed line to the letter. */
export function judge(state: HostState, kernel: KernelAnswer): Judgement {
  if (/Message too long/.test(kernel.line)) return { kind: 'left-out' };
  const parsed = parseRouteQuery(kernel.query);
  if (!parsed.ok) return { kind: 'differs', wayhome: `not understood: ${parsed.error.word}` };
  const { flow } = parsed.value;
  const answer = answerOf(state, kernel.query, flow);
  if (answer.cannotTell) return { kind: 'cannot-tell', why: answer.cannotTell };
  const line = routeLine(decide(state, flow), answer, flow);
  if (comparable(kernel, kernel.line) === comparable(kernel, line)) return { kind: 'agrees' };
  if (answer.answer && kernel.json && mayDiffer(kernel, kernel.json, answer.answer, answer.acceptable ?? []))
    return { kind: 'agrees' };
  return {
    kind: 'differs',
    wayhome: `${line}${answer.acceptable ? ` (or ${JSON.stringify(answer.acceptable)})` : ''}`,
  };
}

/**
 * Metrics such as `mtu` say nothing of the way; and iproute2 takes RTCF_MULTICAST for RTM_F_OFFLOAD_FAILED, which is the
 * same bit. IPv6 routes with one nexthop object share what is cached with it (rt6_get_pcpu_route), so that `ip route get`
 * may print the metric of another of them.
 */
function comparable({ viaObject }: KernelAnswer, line: string): string {
  const plain = line.trim().replace(/ (?:mtu \d+|rt_offload_failed)\b/g, '');
  return viaObject ? plain.replace(/ metric \d+/, '') : plain;
}

/**
 * The hash chose another next hop than the one shown (by the same device perhaps, with another source): both must be of
 * the matched entry, and the kernel's among ours.
 */
function mayDiffer(
  { hops }: KernelAnswer,
  theirs: KernelRoute,
  ours: IpRouteGet,
  acceptable: readonly (readonly [string, string])[],
): boolean {
  const [their, our] = [hopOf(theirs), hopOf(ours)];
  if (String(their) === String(our)) return hops.filter(([device]) => device === our[0]).length > 1;
  const same = (theirs.type ?? '') === (ours.type ?? '') && (theirs.table ?? '') === (ours.table ?? '');
  const has = (list: readonly (readonly [string, string])[], one: readonly [string, string]) =>
    list.some((other) => String(other) === String(one));
  return same && has(acceptable, their) && (hops.length === 0 || has(hops, our) || hasDevice(hops, our));
}

/** What is for everybody on the link uses no gateway, whatever the entry says. */
function hasDevice(
  hops: readonly (readonly [string, string])[],
  [device, gateway]: readonly [string, string],
): boolean {
  return gateway === '' && hops.some((one) => one[0] === device);
}

function hopOf({ dev, gateway, via }: KernelRoute): [string, string] {
  return [dev ?? '', gateway ?? via?.host ?? ''];
}
