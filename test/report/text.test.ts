import { describe, expect, it } from 'vitest';
import { renderText } from '../../src/report/text/report.ts';
import { analysis, cause, finding, HEALTHY, ip, REPLY, REQUEST, sighting, span } from './fixture.ts';

const PLAIN = { width: 79, color: false, zone: 'utc', verbose: false } as const;

const withFinding = (more: Parameters<typeof finding>[0], causes = [cause()]) =>
  analysis({ diagnoses: [{ finding: finding(more), causes, remedies: [], sentence: 'it went wrong' }] });

describe('the text report', () => {
  it('of the plain case is the one the design shows', async () => {
    const text = renderText(analysis(), { ...PLAIN, width: 130 });
    await expect(text).toMatchFileSnapshot('expected/asymmetric-reply.txt');
  });

  it('wraps prose to a narrow terminal, never quotes', async () => {
    const text = renderText(analysis(), { ...PLAIN, width: 60 });
    await expect(text).toMatchFileSnapshot('expected/asymmetric-reply.narrow.txt');
    const prose = text.split('\n').filter((line) => !/^\s*(\d+|\+)? \||-->/.test(line));
    expect(Math.max(...prose.map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(text).toContain('10.2.0.100 > 10.4.0.100: ICMP echo request, id 7, seq 1');
  });

  it('says the same in colour', () => {
    const colored = renderText(analysis(), { ...PLAIN, color: true });
    expect(colored).toContain('\x1b[31m');
    expect(colored.replace(/\x1b\[\d+m/g, '')).toBe(renderText(analysis(), PLAIN));
  });

  it('is ASCII', () => {
    expect(renderText(analysis(), PLAIN)).toMatch(/^[\x20-\x7e\n]*$/);
  });

  it('of a healthy network says what was analysed and that nothing is wrong', async () => {
    const text = renderText(analysis(HEALTHY), PLAIN);
    await expect(text).toMatchFileSnapshot('expected/healthy.txt');
  });

  it('has no white space at the ends of lines', () => {
    expect(renderText(analysis(), { ...PLAIN, verbose: true })).not.toMatch(/[ \t]$/m);
  });
});

describe('many findings that are alike', () => {
  const lost = (count: number, more: Parameters<typeof finding>[0] = {}, causes = [cause()]) =>
    Array.from({ length: count }, (_, i) => {
      const src = ip(`10.2.0.${i + 1}`);
      const probe = { src, dst: ip('10.4.0.100'), dstPort: null };
      const one = finding({ count: 3, probe, ...more });
      return { finding: one, causes, remedies: [], sentence: `the reply to 10.2.0.${i + 1} went wrong` };
    });
  const shown = (diagnoses: ReturnType<typeof lost>, verbose = false) => {
    const text = renderText(analysis({ diagnoses }), { ...PLAIN, verbose }).replace(/\n +/g, ' ');
    const rest = text.split('\n').filter((line) => line.includes('more like this'));
    return { whole: text.match(/went wrong/g)?.length, rest };
  };

  it('are told by the first of them', () => {
    expect(shown(lost(200))).toEqual({
      whole: 8,
      rest: [
        'error[asymmetric-reply]: 192 more like this (default-route-only), 576 exchanges; --verbose shows them, --format json holds all',
      ],
    });
  });

  it('are all told where they are asked for, or few', () => {
    expect(shown(lost(20), true)).toEqual({ whole: 20, rest: [] });
    expect(shown(lost(9))).toEqual({ whole: 9, rest: [] });
  });

  it('are not alike where the kind, the host or the line that decides is another', () => {
    const { sources } = cause();
    const other = [cause({ sources: [{ ...sources[0], span: span('other.txt', 'a', 'a') }] })];
    expect(shown([...lost(8), ...lost(8, {}, other)])).toEqual({ whole: 16, rest: [] });
    expect(shown([...lost(8), ...lost(8, { kind: 'unanswered' })])).toEqual({ whole: 16, rest: [] });
    expect(shown([...lost(8), ...lost(8, { responder: 'serverC' })])).toEqual({ whole: 16, rest: [] });
  });
});

describe('control characters of the input', () => {
  const evil = 'eth0\x1b[2J\r\u202e';

  it('never reach the terminal', () => {
    const routes = 'default via 10.3.0.1 dev eth0\x1b]0;x\x07 \u009b31m';
    const source = {
      span: span('b\x1b[1m.txt', routes, routes),
      mark: 'decides',
      label: 'chosen\x08',
      where: null,
    } as const;
    const text = renderText(
      withFinding({ evidence: [{ ...REQUEST, interface: evil, file: `f\n${evil}` }], originator: evil }, [
        cause({ sources: [source], sentence: `of ${evil}`, notes: [evil] }),
      ]),
      { ...PLAIN, verbose: true },
    );
    expect(text).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
    expect(text).toContain('eth0\\x1b[2J\\x0d\\u202e');
  });
});

describe('frames', () => {
  it('of several hosts are quoted file by file, in the order of the way', () => {
    const left = sighting({ host: 'serverA', file: 'serverA/any.pcap', frame: 9, direction: 'out' });
    const text = renderText(withFinding({ evidence: [left, REQUEST, REPLY] }), PLAIN);
    expect(text.match(/--> .*/g)).toEqual([
      '--> serverA/any.pcap:9',
      '--> serverB/any.pcap:41, serverB/any.pcap:42',
      '--> serverB/ip-route.txt:1, table main, reached by rule 32766',
    ]);
    expect(text).toContain('sent here');
  });

  it('mark the source address where that is what is wrong', () => {
    const wrong = { ...REPLY, src: ip('10.3.0.100') };
    const text = renderText(withFinding({ kind: 'wrong-source', evidence: [REQUEST, wrong] }), PLAIN);
    const lines = text.split('\n');
    const quote = lines.findIndex((line) => line.includes('10.3.0.100 > 10.2.0.100'));
    expect(lines[quote + 1].indexOf('^')).toBe(lines[quote].indexOf('10.3.0.100'));
    expect(lines[quote + 1]).toContain('from another address than the one asked (10.4.0.100)');
  });

  it('mark the place where the request was seen last', () => {
    const left = sighting({ host: 'serverA', file: 'serverA/any.pcap', frame: 9, direction: 'out' });
    const came = sighting({ host: 'serverC', file: 'serverC/any.pcap' });
    const stray = { host: 'serverC', interface: 'eth1', src: REQUEST.src, covered: true };
    const path = { requestLeft: null, requestReached: null, replyLeft: null, replyReached: null };
    const more = { kind: 'request-lost', path, stray, evidence: [left, came] } as const;
    const text = renderText(withFinding(more), PLAIN);
    expect(text).toContain('^^^^^^^ came here, and did not go on');
    expect(text).toContain('-------- sent here, never seen on serverB');
  });

  it('without interface and direction are marked at the source', () => {
    const bare = { ...REQUEST, interface: null, direction: 'unknown' as const };
    const text = renderText(withFinding({ kind: 'unanswered', evidence: [bare] }), PLAIN);
    expect(text).toContain('41 | 14:07:02.118204 10.2.0.100 > 10.4.0.100: ICMP echo request, id 7, seq 1');
    expect(text).toContain('   |                 ^^^^^^^^^^ asked here, and no reply left');
  });
});

describe('causes', () => {
  it('that are not certain say so, and what would settle them', () => {
    const text = renderText(
      withFinding({}, [cause({ confidence: 'likely', missing: [{ kind: 'rules', what: 'ip rule' }] })]),
      PLAIN,
    );
    expect(text).toContain('likely cause[default-route-only]: ');
    expect(text).toContain('= missing: ip rule of serverB');
  });

  it('show what is left out between two lines, and entries of JSON by themselves', () => {
    const json =
      '[{"dst":"default","dev":"eth0"},\n{"dst":"10.1.0.0/24"},\n{"dst":"10.3.0.0/24","dev":"eth0"}]';
    const source = (piece: string, mark: 'decides' | 'context') => ({
      span: span('b/route.json', json, piece),
      mark,
      label: mark,
      where: null,
    });
    const sources = [
      source('{"dst":"default","dev":"eth0"}', 'decides'),
      source('{"dst":"10.3.0.0/24","dev":"eth0"}', 'context'),
    ];
    const text = renderText(withFinding({}, [cause({ sources })]), PLAIN);
    expect(text).toContain(' 1 | {"dst":"default","dev":"eth0"}\n');
    expect(text).toContain('\n...\n 3 | {"dst":"10.3.0.0/24","dev":"eth0"}\n');
  });

  it('are told in their order, and each is offered for reading on', () => {
    const text = renderText(
      withFinding({}, [cause(), cause({ kind: 'rp-filter-strict', host: 'serverA', sources: [] })]),
      PLAIN,
    );
    expect(text.indexOf('cause[default-route-only]')).toBeLessThan(text.indexOf('cause[rp-filter-strict]'));
    expect(text).toContain('For more about these causes:\n  wayhome explain default-route-only\n');
  });
});

describe('what is computed', () => {
  it('is not mixed with what is seen', () => {
    expect(renderText(withFinding({ basis: 'computed' }), PLAIN)).toContain(
      '= computed: packets alone do not show',
    );
  });
});
