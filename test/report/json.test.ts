import { describe, expect, it } from 'vitest';
import type { RouteDecision } from '../../src/linux/decision.ts';
import type { Rule } from '../../src/linux/host-state.ts';
import { renderJson } from '../../src/report/json/analysis.ts';
import { analysis, cause, finding, HEALTHY, ip, span } from './fixture.ts';
import { analysisSchema } from './json-schema.ts';

const parsed = (value: ReturnType<typeof analysis>) => analysisSchema.parse(JSON.parse(renderJson(value)));

describe('the JSON report', () => {
  it('has the shape that scripts rely on', () => {
    const json = parsed(analysis());
    expect(json.findings[0]).toMatchObject({
      kind: 'asymmetric-reply',
      sentence: 'serverB answered 10.2.0.100 by eth0, but was asked on eth1',
      probe: { src: '10.2.0.100', dst: '10.4.0.100', dstPort: null },
      first: '2026-11-23T14:07:02.118204000Z',
      path: { requestLeft: null, replyLeft: { host: 'serverB', interface: 'eth0', src: '10.4.0.100' } },
    });
    expect(json.findings[0].evidence[1]).toEqual({
      file: 'serverB/any.pcap',
      frame: 42,
      time: '2026-11-23T14:07:02.118251000Z',
      host: 'serverB',
      interface: 'eth0',
      direction: 'out',
      summary: '10.4.0.100 > 10.2.0.100: ICMP echo reply, id 7, seq 1',
    });
    expect(json.findings[0].causes[0].sources[0]).toMatchObject({
      file: 'serverB/ip-route.txt',
      line: 1,
      text: 'default via 10.3.0.1 dev eth0',
    });
    expect(json.findings[0].remedies[0].verified).toBe(true);
    expect(json.clocks[0].offsetSeconds).toEqual([0.00012, 0.00019]);
  });

  it('has the addresses behind a translating box, and what sets the failing exchanges apart', () => {
    const told = {
      translated: {
        host: 'serverB',
        src: ip('192.0.2.5'),
        dst: ip('10.4.0.100'),
        sourcePort: 7,
        destinationPort: 1,
      },
      distinction: { kind: 'source-address', worked: [ip('10.1.0.100')] },
    } as const;
    const [one] = analysis().diagnoses;
    const json = parsed(analysis({ diagnoses: [{ ...one, finding: finding(told) }] }));
    expect(json.findings[0].translated).toEqual({ host: 'serverB', src: '192.0.2.5', dst: '10.4.0.100' });
    expect(json.findings[0].distinction).toEqual({ kind: 'source-address', worked: ['10.1.0.100'] });
  });

  it('of a healthy network has no findings', () => {
    const json = parsed(analysis(HEALTHY));
    expect(json.findings).toEqual([]);
    expect(json.verdict.party).toBe('none');
  });

  it('says what is damaged, with its place', () => {
    const damage = {
      kind: 'cut-in-record',
      frame: 9,
      offset: 812,
      need: 98,
      have: 40,
      detail: null,
      lostBytes: 0,
      count: 1,
    } as const;
    const [one] = analysis().captures;
    const json = parsed(
      analysis({
        captures: [{ ...one, facts: { ...one.facts, damage: [damage] } }],
        problems: [{ kind: 'damage', file: 'a.pcap', damage }],
        incomplete: true,
      }),
    );
    expect(json.captures[0].damage?.[0]).toMatchObject({ kind: 'cut-in-record', frame: 9, offset: 812 });
    expect(json.problems[0].message).toContain('a.pcap: frame 9, byte 812: ');
  });

  it('renders the trace as plain steps, also the lookup inside the reverse-path filter', () => {
    const trace = parsed(withDecision(decision())).findings[0].causes[0].trace;
    expect(trace.map((step) => step.step)).toEqual(['rule-skipped', 'reverse-path']);
    expect(trace[0]).toMatchObject({
      because: 'iif-local',
      rule: { text: '100: from 10.4.0.100 iif eth1 lookup 200', file: 'b/ip-rule.txt', line: 1 },
    });
    expect(trace[1]).toMatchObject({ verdict: 'dropped', mode: 1 });
    expect(trace[1].back).toMatchObject([{ step: 'source-chosen', source: '10.4.0.100' }]);
  });
});

function withDecision(made: RouteDecision) {
  return analysis({
    diagnoses: [{ finding: finding(), causes: [cause({ decision: made })], remedies: [], sentence: 's' }],
  });
}

function decision(): RouteDecision {
  const text = '100: from 10.4.0.100 iif eth1 lookup 200';
  const rule = { preference: 100, span: span('b/ip-rule.txt', text, text) } as Rule;
  const back: RouteDecision = {
    kind: 'cannot-tell',
    missing: [],
    trace: [{ step: 'source-chosen', source: ip('10.4.0.100'), from: 'flow' }],
  };
  const verdict = {
    kind: 'dropped',
    mode: 1,
    because: 'route-back-by-other-device',
    back,
    sysctls: [],
    assumed: [],
  } as const;
  return {
    kind: 'cannot-tell',
    missing: [],
    trace: [
      { step: 'rule-skipped', rule, because: 'iif-local' },
      { step: 'reverse-path', verdict },
    ],
  };
}
