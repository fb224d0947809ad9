import type { HostState } from '../../../src/linux/host-state.ts';
import { answerOf, type RouteAnswer } from '../../../src/linux/route-answer.ts';
import { parseRouteQuery } from '../../../src/linux/route-query.ts';
import { stateOf, type TruthAnswer, type TruthConfig, type TruthLookup } from './kernel-truth.ts';

export interface Tally {
  agree: number;
  cannotTell: string[];
  differ: string[];
  /** Multicast with an incoming interface, which `ip route get` itself cannot print (EMSGSIZE). */
  leftOut: number;
}

export function emptyTally(): Tally {
  return { agree: 0, cannotTell: [], differ: [], leftOut: 0 };
}

/** Every lookup of a configuration against the kernel's answer: device, gateway, source, table, type and error. */
export function compareConfig(config: TruthConfig, tally: Tally): void {
  const state = stateOf(config);
  for (const lookup of config.lookups) compareLookup(config.id, state, lookup, tally);
}

function compareLookup(id: string, state: HostState, lookup: TruthLookup, tally: Tally): void {
  if (lookup.error === 'EMSGSIZE') {
    tally.leftOut++;
    return;
  }
  const query = `${lookup.family === 6 ? '-6 ' : ''}${lookup.cmd.split('route get ')[1]}`;
  const parsed = parseRouteQuery(query);
  const got = parsed.ok ? answerOf(state, query, parsed.value.flow) : null;
  const where = `${id} ${query}`;
  if (got?.cannotTell) tally.cannotTell.push(`${where}: ${got.cannotTell}`);
  else if (got && agrees(lookup, got)) tally.agree++;
  else
    tally.differ.push(
      `${where}: kernel ${told(lookup)}, wayhome ${got ? told(got) : 'query not understood'}`,
    );
}

function told(one: { readonly error: string | null; readonly answer: TruthAnswer | null }): string {
  return one.error ?? JSON.stringify(one.answer && comparable(one.answer));
}

function agrees(lookup: TruthLookup, got: RouteAnswer): boolean {
  if (lookup.error) return got.error === lookup.error;
  if (!lookup.answer || !got.answer) return false;
  const want = comparable(lookup.answer);
  const have = comparable(got.answer);
  if (want[0] !== have[0] || want[4] !== have[4]) return false;
  if (want.slice(1, 4).every((field, i) => field === have[i + 1])) return true;
  if (want[0] === 'local') return want[1] === have[1];
  return (lookup.acceptable ?? []).some(([device, gateway]) => device === have[1] && gateway === have[2]);
}

/** Type, device, gateway, source, table. */
function comparable(answer: TruthAnswer): string[] {
  return [
    answer.type ?? 'unicast',
    answer.dev ?? '',
    answer.gateway ?? answer.via?.host ?? '',
    answer.prefsrc ?? '',
    String(answer.table ?? 'main'),
  ];
}
