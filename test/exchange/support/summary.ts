import { formatIp } from '../../../src/addr/ip.ts';
import type { Correlation, ExchangeGroup } from '../../../src/exchange/correlation.ts';
import type { Sighting } from '../../../src/exchange/sighting.ts';

/** `count protocol src > dst: sightings of the first example`, for comparisons that a person can read. */
export function summaryOf(correlation: Correlation): string[] {
  return correlation.groups.map(lineOf);
}

/** All of a group at once, as plain data that can be compared. */
export function wholeOf(group: ExchangeGroup): ExchangeGroup {
  const { protocol, src, dst, dstPort, sourcePort, sizes, count, first, last } = group;
  const { shape, ends, examples } = group;
  return { protocol, src, dst, dstPort, sourcePort, sizes, count, first, last, shape, ends, examples };
}

function lineOf({ count, protocol, src, dst, dstPort, examples }: ExchangeGroup): string {
  const [{ requests, replies, resets, acks, errors, ambiguous, retransmitted }] = examples;
  const seen = [requests, replies, resets, acks, errors].flat().map(placeOf);
  const flags = `${retransmitted ? ' again' : ''}${ambiguous ? ' ambiguous' : ''}`;
  const port = dstPort === null ? '' : `:${dstPort}`;
  return `${count} ${protocol} ${src ? formatIp(src) : '*'} > ${formatIp(dst)}${port}${flags}: ${seen.join(' ')}`;
}

/** `A/if3> syn`: left host A by if3. */
export function placeOf(one: Sighting): string {
  const way = { in: '<', out: '>', unknown: '?' }[one.direction];
  return `${one.host}/${one.interface ?? ''}${way}${one.kind}`;
}
