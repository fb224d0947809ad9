import { formatIp, type Ip, isLoopback, sameIp } from '../addr/ip.ts';
import { contains } from '../addr/prefix.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState, InterfaceAddress } from '../linux/host-state.ts';
import type { Cause } from './cause.ts';
import { type ReasonContext, stateOf } from './context.ts';
import { causeOf } from './draft.ts';
import { firewallSource } from './firewall-cause.ts';
import { errorName } from './icmp-error.ts';
import { sendRequest } from './originator.ts';
import { requestAt } from './request.ts';

/** Addresses of the interface it left by, of which the host may have asked before a rule wrote another. */
export const SOURCES_TRIED = 8;

/**
 * The request left with a source that the host which sent it, or passed it on, does not bear, so that the way back to it is
 * not that to the host: a rule of the sender writes it; or, where a router says that nothing leads back, nobody translated
 * what a host passed on. Null where the source is the sender's own, or no rule is known to write it.
 * @param error what a router said of the reply
 */
export function foreignSource(
  finding: Finding,
  context: ReasonContext,
  error: Sighting | undefined,
): Cause | null {
  // The network leads the source back: others that asked so got their answer.
  if (!error && finding.answeredAlike > 0) return null;
  return writtenByRule(finding, context, error) ?? (error ? passedOnPlain(finding, context, error) : null);
}

/** The originator asks from an address that it does not bear and that is in none of its networks. */
export function asksFromElsewhere(finding: Finding, context: ReasonContext): boolean {
  if (finding.answeredAlike > 0) return false;
  const request = requestAt(finding, finding.originator);
  const addresses = stateOf(context, finding.originator)?.addresses ?? [];
  return !!request && addresses.length > 0 && !addresses.some((one) => contains(one.prefix, request.source));
}

function writtenByRule(finding: Finding, context: ReasonContext, error: Sighting | undefined): Cause | null {
  const state = stateOf(context, finding.originator);
  const request = requestAt(finding, finding.originator);
  const left = finding.path.requestLeft?.interface;
  if (!state || !request || !left || state.addresses.length === 0) return null;
  if (bears(state, request.source)) return null;
  // In a network of its own somebody else may bear it, or ARP tells that nobody does (`missing-bearer.ts`).
  const near = state.addresses.some(({ prefix }) => contains(prefix, request.source));
  if (near && (!error || context.overheard.some(({ target }) => sameIp(target, request.source)))) return null;
  const asking = state.addresses.filter((one) => one.device === left && mayAskFrom(one, request.source));
  for (const { prefix } of asking.slice(0, SOURCES_TRIED)) {
    const { packet, changes } = sendRequest(state, { ...request, source: prefix.address }, left);
    const change = changes.findLast(({ what }) => what.kind === 'source');
    if (!change || !sameIp(packet.source, request.source)) continue;
    const source = formatIp(request.source);
    return foreign(
      state,
      `a firewall rule of ${state.name} gives its requests the source ${source}, which ${state.name} does not bear${answered(error)}`,
      [firewallSource(change.rule, 'writes this source')],
      `replies go to ${source}: they come home only where the network leads that address to ${state.name}`,
    );
  }
  return null;
}

function mayAskFrom({ prefix: { address } }: InterfaceAddress, { family }: Ip): boolean {
  return address.family === family && !isLoopback(address);
}

/** What came in from a network of the host's own went out with the source it had. */
function passedOnPlain(finding: Finding, context: ReasonContext, error: Sighting): Cause | null {
  const [exchange] = finding.examples;
  for (const { host, interface: left, direction, src } of exchange?.requests ?? []) {
    const state = stateOf(context, host);
    if (!state || direction !== 'out' || left === null || bears(state, src)) continue;
    // The way back leads to it.
    if (bears(state, error.src) || exchange.replies.some((one) => one.host === host)) continue;
    const behind = state.addresses.find((one) => one.device !== left && contains(one.prefix, src));
    if (!behind) continue;
    const source = formatIp(src);
    return foreign(
      state,
      `${host} passes on what ${source} sends without translating its source${answered(error)}`,
      [{ span: behind.span, mark: 'decides', label: `${source} is in this network`, where: null }],
      `replies come home only where the routers know that ${source} is behind ${host}, or where ${host} translates the source to an address of its own (masquerade)`,
    );
  }
  return null;
}

function bears({ addresses }: HostState, ip: Ip): boolean {
  return addresses.some(({ prefix }) => sameIp(prefix.address, ip));
}

function answered(error: Sighting | undefined): string {
  return error ? `; ${formatIp(error.src)} answered the reply to it "${errorName(error)}"` : '';
}

/** The network might lead the address there all the same, and does not do so only for want of a route. */
function foreign({ name }: HostState, sentence: string, sources: Cause['sources'], note: string): Cause {
  return causeOf({
    kind: 'request-source-foreign',
    host: name,
    confidence: 'likely',
    sentence,
    sources,
    notes: [note],
  });
}
