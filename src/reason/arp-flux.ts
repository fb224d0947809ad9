import { formatIp, type Ip, sameIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { NeighbourAnswer } from '../exchange/correlation.ts';
import type { HostState, InterfaceAddress } from '../linux/host-state.ts';
import { asksNeighbours } from '../linux/neighbour-question.ts';
import { confKey, deviceSetting } from '../linux/sysctl.ts';
import type { Cause, CauseSource } from './cause.ts';
import { causeOf } from './draft.ts';
import { type Heard, linksApart } from './links-apart.ts';

/** A packet that came in by another interface than the one that bears the address it is for. */
export interface Strayed {
  readonly state: HostState;
  /** Where it came in. */
  readonly device: string;
  readonly address: Ip;
}

/**
 * Both interfaces hang on one link, and the wrong one answered ARP for the address (arp_ignore 0: every interface answers
 * for every address of the host). Null where a router may have sent the packet that way on purpose.
 */
export function arpFlux({ state, device, address }: Strayed, heard: Heard): Cause | null {
  if (address.family !== 4) return null;
  const own = state.addresses.find((one) => sameIp(one.prefix.address, address));
  if (!own || own.device === device || !isCard(state, own.device) || !isCard(state, device)) return null;
  const apart = linksApart(state, own, device, heard);
  if (apart === 'yes') return null;
  const seen = seenAnswer(state, own, device, heard.answers);
  const link = sameLink(state, own, device) ?? (seen ? [] : null);
  const ignore = deviceSetting(state, 4, 'arp_ignore', device);
  if (!link || (ignore.value > 0 && !seen)) return null;
  // Who asked there is of the network of the other card.
  const shared =
    apart === 'no' && (link.length > 0 || (seen !== undefined && contains(own.prefix, seen.tell)));
  const sure = shared && (seen !== undefined || ignore.sysctls.length > 0);
  return causeOf({
    kind: 'arp-flux',
    host: state.name,
    confidence: sure ? 'certain' : 'likely',
    sentence: `${device} of ${state.name} answers ARP for ${formatIp(address)}, which sits on ${own.device}: ${shared ? 'both are on one link, so packets' : 'packets'} for it come in by ${device}`,
    sources: [
      { span: own.span, mark: 'decides', label: `sits on ${own.device}`, where: null },
      ...link,
      ...ignore.sysctls.map(
        ({ span }): CauseSource => ({ span, mark: 'context', label: 'any interface answers', where: null }),
      ),
    ],
    notes: [
      ...(seen ? [answerWords(seen, device)] : []),
      'an interface answers ARP for every address of its host unless arp_ignore is 1 or more; arp_announce=2 keeps it from telling the others',
    ],
    missing: sure
      ? []
      : shared
        ? [{ kind: 'sysctl', what: confKey(4, device, 'arp_ignore') }]
        : [{ kind: 'links', what: `whether ${device} and ${own.device} of ${state.name} are on one link` }],
  });
}

/** An ARP reply that names the one interface's hardware address for what sits on the other. */
function seenAnswer(
  state: HostState,
  own: InterfaceAddress,
  device: string,
  answers: readonly NeighbourAnswer[],
): NeighbourAnswer | undefined {
  const macOf = (name: string) => state.links.find((one) => one.name === name)?.mac ?? null;
  const mac = macOf(device);
  if (mac === null || mac === macOf(own.device)) return undefined;
  return answers.find((one) => one.mac === mac && sameIp(one.target, own.prefix.address));
}

function answerWords({ example, target, mac, count }: NeighbourAnswer, device: string): string {
  const often = count === 1 ? 'once' : `${count} times`;
  return `seen ${often}, first in ${example.file}, frame ${example.frame}: ${formatIp(target)} is at ${mac}, which is ${device}`;
}

function isCard(state: HostState, device: string): boolean {
  const link = state.links.find((one) => one.name === device);
  const isSilent = asksNeighbours(state, device) === false || link?.linkKind === 'dummy';
  return link !== undefined && !isSilent && link.master === null;
}

/** One network on both, or one neighbour that both know by the same link-layer address. */
function sameLink(state: HostState, own: InterfaceAddress, device: string): CauseSource[] | null {
  const overlapping = state.addresses.find(
    (one) =>
      one.device === device &&
      contains(own.prefix, one.prefix.address) &&
      contains(one.prefix, own.prefix.address),
  );
  if (overlapping)
    return [{ span: overlapping.span, mark: 'context', label: 'in the same network', where: null }];
  const there = state.neighbours.filter((one) => one.device === own.device && one.mac !== null);
  const shared = state.neighbours.find(
    (one) => one.device === device && one.mac !== null && there.some((two) => two.mac === one.mac),
  );
  return shared
    ? [{ span: shared.span, mark: 'context', label: `the same neighbour as on ${own.device}`, where: null }]
    : null;
}
