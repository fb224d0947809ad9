import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseIp } from '../../../src/addr/ip.ts';
import { roundTrip } from '../../../src/reason/trip/round-trip.ts';
import type { Trip, TripQuestion } from '../../../src/reason/trip/trip.ts';
import { CASES, truthOf } from '../../support/cases.ts';
import { type Probed, pathOf, statesIn } from './foretold.ts';

const ETH1 = { device: 'eth1' };
const TCP = { address: '10.2.0.100', port: 1521 };

/** By hand, from what the lab saw: the way in a network that drops nothing, then in one that checks sources. */
const EXPECTED: readonly [name: string, bound: Bound, plain: string, strict: string][] = [
  ['01a-bound-iface-no-route', ETH1, '- - - - fails no-route-on-bound-interface', 'same'],
  ['01c-second-default-metric200', ETH1, 'a1 b1 b0 a1 arrives', 'a1 b1 b0 - fails default-route-only'],
  ['02-b-strict-rp-filter', ETH1, 'a1 b1 - - fails rp-filter-strict', 'same'],
  ['04-router-urpf-drops-reply', ETH1, 'a1 b1 b0 a1 arrives', 'a1 b1 b0 - fails default-route-only'],
  [
    '05-a-strict-rp-filter',
    ETH1,
    'a1 b1 b0 a1 fails rp-filter-strict',
    'a1 b1 b0 - fails default-route-only',
  ],
  ['08-static-routes-both', ETH1, 'a1 b1 b1 a1 arrives', 'same'],
  ['08-static-routes-both', {}, 'a1 b1 b1 a1 arrives', 'same'],
  ['08-static-routes-both', { port: 1521 }, 'a1 b1 b1 a1 arrives', 'same'],
  ['08-static-routes-both', { port: 1522 }, 'a1 b1 b1 a1 fails port-closed', 'same'],
  ['10-blog-policy-both', ETH1, '- - - - fails no-route-on-bound-interface', 'same'],
  ['12b-rule-right-no-default', ETH1, 'a1 b1 b0 a1 arrives', 'a1 b1 b0 - fails rule-table-no-default'],
  ['14b-tcp-synack-dropped-firewall', TCP, 'a1 b1 b0 a1 arrives', 'a1 b1 b0 - fails default-route-only'],
  [
    '20c-v6-firewall-drops-reply',
    { ...ETH1, to: 'fd00:10:4::100' },
    'a1 b1 b0 a1 arrives',
    'a1 b1 b0 - fails default-route-only',
  ],
];

interface Bound {
  readonly device?: string;
  readonly address?: string;
  readonly port?: number;
  readonly to?: string;
}

async function questionOf(name: string, bound: Bound): Promise<TripQuestion> {
  const hosts = await statesIn(join(CASES, name), ['ServerA', 'ServerB']);
  const to = parseIp(bound.to ?? '10.4.0.100');
  if (!to) throw new Error(name);
  return {
    from: hosts[0],
    to,
    device: bound.device ?? null,
    address: parseIp(bound.address ?? '') ?? null,
    protocol: bound.port ? 'tcp' : 'icmp',
    tos: 0,
    port: bound.port ?? 0,
    strictNetwork: false,
    hosts,
  };
}

function told(trip: Trip, name: string): string {
  const path = pathOf(trip, truthOf(name) as unknown as Probed, 'ServerA');
  return [path, trip.verdict, ...trip.causes.map((cause) => cause.kind)].join(' ');
}

describe('the round trip in the cases of the kernel lab', () => {
  it.each(EXPECTED)('%s %o', async (name, bound, plain, strict) => {
    const question = await questionOf(name, bound);
    expect(told(roundTrip(question), name)).toBe(plain);
    const checked = roundTrip({ ...question, strictNetwork: true });
    expect(told(checked, name)).toBe(strict === 'same' ? plain : strict);
  });
});
