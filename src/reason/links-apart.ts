import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { NeighbourAnswer, NeighbourQuestion } from '../exchange/correlation.ts';
import type { HostState, InterfaceAddress } from '../linux/host-state.ts';
import type { CauseSource } from './cause.ts';

/** What was heard of ARP and neighbour discovery, by whichever host. */
export interface Heard {
  readonly questions: readonly NeighbourQuestion[];
  readonly answers: readonly NeighbourAnswer[];
  readonly askers: readonly NeighbourAnswer[];
}

/**
 * Whether two cards of a host hang on different links, as broadcasts show. `yes`: a neighbour of the one's network asks on the
 * other only, and what the host asks on the one does not come in by the other. `perhaps`: only the first, which may have been
 * asked of one card alone.
 */
export function linksApart(
  { name }: HostState,
  own: InterfaceAddress,
  device: string,
  { questions, answers, askers }: Heard,
): 'yes' | 'perhaps' | 'no' {
  const on = (card: string) => (one: { readonly host: string; readonly interface: string | null }) =>
    one.host === name && one.interface === card;
  const neighbour = ({ target }: NeighbourAnswer) =>
    contains(own.prefix, target) && !sameIp(target, own.prefix.address);
  const captured = [...questions, ...answers, ...askers].some(on(own.device));
  const there = askers.filter(on(device));
  if (!captured || !there.some(neighbour) || askers.filter(on(own.device)).some(neighbour)) return 'no';
  const asked = questions.filter(on(own.device));
  const cameBack = there.some(({ target }) => asked.some(({ tell }) => sameIp(tell, target)));
  return asked.length > 0 && !cameBack ? 'yes' : 'perhaps';
}

/** The next hop that does not answer on one card is known on another link, by another: as if the cables of the two were swapped. */
export function heardElsewhere(
  state: HostState,
  target: Ip,
  silent: string,
  device: string,
  heard: Heard,
): { readonly note: string; readonly sources: readonly CauseSource[] } | null {
  const own = state.addresses.find((one) => one.device === silent && contains(one.prefix, target));
  if (!own || linksApart(state, own, device, heard) !== 'yes') return null;
  const { answers, askers } = heard;
  const entry = state.neighbours.find(
    (one) => one.device === device && one.mac !== null && sameIp(one.address, target),
  );
  const told = answers.filter((one) => one.direction === 'in');
  const seen = [...askers, ...told].find(
    (one) => one.host === state.name && one.interface === device && sameIp(one.target, target),
  );
  if (!entry && !seen) return null;
  const where = seen ? ` (${seen.example.file}, frame ${seen.example.frame})` : '';
  return {
    note: `${formatIp(target)} is known on ${device}${where}, where the request came in: the cables, or VLANs, of the two interfaces seem to be swapped, or their addresses`,
    sources: entry ? [{ span: entry.span, mark: 'context', label: `known on ${device}`, where: null }] : [],
  };
}
