import { describe, expect, it } from 'vitest';
import type { Exchange } from '../../src/exchange/exchange.ts';
import { type Case, complainsOfReply, rejection } from '../../src/finding/signs.ts';
import { ip, REQUEST, sighting } from '../report/fixture.ts';

const ROLES = { originator: 'serverA', responder: 'serverB' };

function exchangeWith(error: ReturnType<typeof sighting>): Exchange {
  const { src, dst, time } = REQUEST;
  const empty = { replies: [], resets: [], acks: [], segments: [], replyCount: 0 };
  return {
    ...empty,
    protocol: 'icmp',
    src,
    dst,
    dstPort: null,
    srcPort: 7,
    first: time,
    last: time,
    requests: [REQUEST],
    errors: [error],
    requestCount: 1,
    retransmitted: false,
    ambiguous: false,
    translated: null,
    dns: false,
    continues: false,
    stalled: false,
  };
}

/** Host unreachable, by default as a router on the way sends it to the originator. */
const unreachable = (more: Parameters<typeof sighting>[0]) =>
  sighting({
    kind: 'icmp-error',
    icmpType: 3,
    icmpCode: 1,
    src: ip('10.2.0.1'),
    dst: ip('10.2.0.100'),
    target: ip('10.4.0.100'),
    ...more,
  });

describe('an ICMP error rejects a request', () => {
  it('when it quotes the request', () => {
    const exchange = exchangeWith(unreachable({}));
    expect(rejection({ exchange, roles: ROLES })).toBe(exchange.errors[0]);
  });

  it('not when the responder tells itself, on lo, that its reply goes nowhere', () => {
    const own = { interface: 'lo', src: ip('10.4.0.100'), dst: ip('10.4.0.100'), target: ip('10.2.0.100') };
    expect(rejection({ exchange: exchangeWith(unreachable(own)), roles: ROLES })).toBeUndefined();
  });

  it('not when the originator tells itself that nothing was sent', () => {
    const own = { host: 'serverA', interface: 'lo', src: ip('10.2.0.100') };
    expect(rejection({ exchange: exchangeWith(unreachable(own)), roles: ROLES })).toBeUndefined();
  });
});

describe('an ICMP error complains of a reply', () => {
  const identities = [
    {
      host: 'serverB',
      interfaces: [
        {
          name: 'eth1',
          index: null,
          mac: null,
          addresses: [{ address: ip('10.4.0.100'), length: 24 }],
          neighbours: [],
        },
      ],
    },
  ];
  const complains = (more: Parameters<typeof sighting>[0]) => {
    const error = unreachable({
      src: ip('10.4.0.1'),
      dst: ip('10.4.0.100'),
      target: ip('10.2.0.100'),
      ...more,
    });
    return complainsOfReply(error, {
      exchange: exchangeWith(error),
      roles: ROLES,
      identities,
    } as unknown as Case);
  };

  it('when a router sends it to the responder', () => {
    expect(complains({})).toBe(true);
  });

  it('not when it quotes the request, goes by, or is the responder`s own', () => {
    expect(complains({ target: ip('10.4.0.100') })).toBe(false);
    expect(complains({ host: 'serverA' })).toBe(false);
    expect(complains({ direction: 'out' })).toBe(false);
    expect(complains({ src: ip('10.4.0.100'), interface: 'lo' })).toBe(false);
  });
});
