import { parseIp } from '../../src/addr/ip.ts';
import type { Span } from '../../src/addr/source.ts';
import type { Time } from '../../src/addr/time.ts';
import { CutFrameCounts } from '../../src/decode/cut-frames.ts';
import type { Sighting } from '../../src/exchange/sighting.ts';
import type { Finding } from '../../src/finding/finding.ts';
import type { Cause } from '../../src/reason/cause.ts';
import type { Remedy } from '../../src/remedy/remedy.ts';
import type { Analysis } from '../../src/report/analysis.ts';
import { sentenceOf } from '../../src/report/finding-words.ts';

/** The plain case: ServerB asked on eth1 answers by eth0, as one value that every renderer is shown. */

export const ip = (text: string) => {
  const parsed = parseIp(text);
  if (!parsed) throw new Error(`not an address: ${text}`);
  return parsed;
};

/** Microseconds after 2026-11-23T14:07:02. */
export function at(micros: number): Time {
  return { seconds: 1795442822 + Math.floor(micros / 1e6), nanos: (micros % 1e6) * 1000 };
}

export function sighting(more: Partial<Sighting> = {}): Sighting {
  return {
    kind: 'echo-request',
    host: 'serverB',
    interface: 'eth1',
    cast: 'one',
    direction: 'in',
    time: at(118204),
    file: 'serverB/any.pcap',
    frame: 41,
    src: ip('10.2.0.100'),
    dst: ip('10.4.0.100'),
    sourcePort: 7,
    destinationPort: 1,
    seq: 0,
    ack: 0,
    icmpType: 8,
    icmpCode: 0,
    ttl: 63,
    tos: 0,
    payloadLength: 64,
    macSource: null,
    target: null,
    mtu: 0,
    ...more,
  };
}

export const REQUEST = sighting();
export const REPLY = sighting({
  kind: 'echo-reply',
  interface: 'eth0',
  direction: 'out',
  time: at(118251),
  frame: 42,
  src: ip('10.4.0.100'),
  dst: ip('10.2.0.100'),
});

export function finding(more: Partial<Finding> = {}): Finding {
  return {
    kind: 'asymmetric-reply',
    level: 'error',
    success: 'no',
    basis: 'seen',
    protocol: 'icmp',
    originator: 'serverA',
    responder: 'serverB',
    probe: { src: ip('10.2.0.100'), dst: ip('10.4.0.100'), dstPort: null },
    count: 118,
    answeredAlike: 0,
    answeredUnseen: 0,
    probing: false,
    translated: null,
    translator: null,
    stray: null,
    heldBack: null,
    distinction: null,
    late: null,
    first: at(118204),
    last: at(118e6),
    path: {
      requestLeft: null,
      requestReached: { host: 'serverB', interface: 'eth1', src: ip('10.2.0.100') },
      replyLeft: { host: 'serverB', interface: 'eth0', src: ip('10.4.0.100') },
      replyReached: null,
    },
    evidence: [REQUEST, REPLY],
    examples: [],
    unresolved: null,
    witness: { originatorCovered: true, responderCovered: true, missing: [] },
    ...more,
  };
}

const ROUTES = [
  'default via 10.3.0.1 dev eth0',
  '10.3.0.0/24 dev eth0 proto kernel scope link src 10.3.0.100',
  '10.4.0.0/24 dev eth1 proto kernel scope link src 10.4.0.100',
  '',
].join('\n');

/** The span of a piece of a host-state file. */
export function span(path: string, text: string, piece: string): Span {
  const start = text.indexOf(piece);
  return { source: { path, text }, start, end: start + piece.length };
}

export function cause(more: Partial<Cause> = {}): Cause {
  const [first, second, third] = ROUTES.split('\n').map((line) => span('serverB/ip-route.txt', ROUTES, line));
  const label = 'does not contain 10.2.0.100';
  return {
    kind: 'default-route-only',
    host: 'serverB',
    confidence: 'certain',
    sentence: 'only the default route of serverB matches 10.2.0.100',
    sources: [
      {
        span: first,
        mark: 'decides',
        label: 'chosen, the only match',
        where: 'table main, reached by rule 32766',
      },
      { span: second, mark: 'context', label, where: null },
      { span: third, mark: 'context', label, where: null },
    ],
    notes: [
      'no rule of serverB looks at the source 10.4.0.100; the interface asked on plays no part in a route lookup',
      'rp_filter of eth1 is 2 (loose); 1 (strict) would have dropped the request',
    ],
    decision: null,
    missing: [],
    problems: [],
    ...more,
  };
}

export const REMEDY: Remedy = {
  kind: 'source-rule',
  host: 'serverB',
  commands: [
    'ip route add default via 10.4.0.1 dev eth1 table 200',
    'ip rule add from 10.4.0.100 table 200 priority 200',
  ],
  undo: ['ip rule del priority 200', 'ip route del default table 200'],
  persist: {},
  verified: true,
  assumed: ['10.4.0.1 is the gateway on eth1 (frame 41 came from its MAC address)'],
  changesOtherFlows: 0,
};

export function analysis(more: Partial<Analysis> = {}): Analysis {
  const one = finding();
  return {
    verdict: { party: 'host', host: 'serverB', sentence: 'the network is not the problem. serverB is' },
    exchanges: { total: 240, answered: 122, failed: 118, undecided: 0 },
    diagnoses: [{ finding: one, causes: [cause()], remedies: [REMEDY], sentence: sentenceOf(one) }],
    captures: [
      {
        host: 'serverB',
        facts: {
          file: 'serverB/any.pcap',
          format: 'pcap',
          byteOrder: 'little',
          compression: 'none',
          interfaces: [
            {
              id: 0,
              name: null,
              description: null,
              filter: null,
              linkType: 276,
              snapLength: 262144,
              resolutionNs: 1000,
            },
          ],
          frames: 1234,
          comments: [],
          dropped: null,
          damage: [],
        },
        first: at(0),
        last: at(120e6),
        probes: 240,
        replies: 240,
        back: null,
        notDecoded: 0,
        cutFrames: new CutFrameCounts(),
        reindexed: false,
      },
    ],
    hosts: [{ name: 'serverB', given: ['capture', 'addresses', 'routes'], missing: ['sysctl'] }],
    clocks: [
      {
        host: 'serverB',
        relativeTo: 'serverA',
        lowNs: 120_000,
        highNs: 190_000,
        driftPpm: 0,
        basis: 'measured',
      },
    ],
    clocksSet: [],
    problems: [],
    incomplete: false,
    ...more,
  };
}

export const HEALTHY: Partial<Analysis> = {
  verdict: {
    party: 'none',
    host: null,
    sentence: 'nothing is wrong: every request was answered the way it came',
  },
  exchanges: { total: 240, answered: 240, failed: 0, undecided: 0 },
  diagnoses: [],
};
