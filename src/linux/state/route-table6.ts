import { parseIp } from '../../addr/ip.ts';
import { parsePrefix } from '../../addr/prefix.ts';
import { type Route, TABLE_LOCAL, TABLE_MAIN } from '../host-state.ts';
import { Lines } from './lines.ts';
import { wholeNumber } from './names.ts';
import { lineNotUnderstood, type Reading, spanIn } from './section.ts';
import type { Told } from './told.ts';

/**
 * `route -A inet6 -n` and `netstat -rn6` (net-tools, lib/inet6_gr.c): destination, next hop, flags, metric, two counters,
 * device. It mixes all tables (net/ipv6/ip6_fib.c ipv6_route_seq_show); flag `n` (RTF_NONEXTHOP) and multicast tell those
 * of local, and the others are taken for main, which is all there is where no rule names another.
 */
export function readRouteTable6(reading: Reading): Told {
  const routes: Route[] = [];
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const words = lines.words();
    if (words[0] === 'Kernel' || words[0] === 'Destination') continue;
    // The entry behind all others, which says "no route"; every table has it.
    if (words[2] === '!n' && words[3] === '-1') continue;
    const route = routeOf(words, lines);
    if (route) routes.push(route);
    else lineNotUnderstood(reading, lines.span, 'DESTINATION NEXT-HOP FLAGS METRIC REF USE DEVICE');
  }
  const span = spanIn(reading.section, reading.section.start, reading.section.end);
  const nothing = routes.length === 0 && reading.problems.length > 0;
  return {
    routes: {
      families: new Set(nothing ? [] : [6]),
      table: TABLE_MAIN,
      routes,
      gaps: [],
      limited: false,
      mixed: true,
      span,
    },
  };
}

function routeOf(words: readonly string[], lines: Lines): Route | undefined {
  const [to = '', via = '', flags = '', metric = ''] = words;
  const destination = parsePrefix(to.replace(/[[\]]/g, ''), 6);
  const gateway = parseIp(via.replace(/[[\]]/g, ''));
  const device = words[words.length - 1];
  if (destination?.address.family !== 6 || gateway?.family !== 6 || words.length < 7) return undefined;
  const local = flags.includes('n') && !flags.includes('!');
  const multicast = destination.address.w0 >>> 24 === 0xff;
  return {
    type: flags.includes('!') ? 'unreachable' : local ? 'local' : multicast ? 'multicast' : 'unicast',
    table: local || multicast ? TABLE_LOCAL : TABLE_MAIN,
    destination,
    sourcePrefix: null,
    tos: 0,
    metric: wholeNumber(metric) ?? 1024,
    protocol: null,
    scope: 0,
    preferredSource: null,
    nextHops: [
      {
        device,
        gateway: flags.includes('G') ? gateway : null,
        weight: 1,
        onlink: false,
        dead: false,
        linkdown: false,
      },
    ],
    nextHopId: null,
    routerPreference: 0,
    expires: flags.includes('e'),
    unmodelled: flags.includes('!') ? ['!'] : [],
    span: lines.span,
  };
}
