import { expect, it } from 'vitest';
import { renderShort } from '../../src/report/short.ts';
import { analysis, cause, finding } from './fixture.ts';

it('one line a finding, at the frame that is wrong', () => {
  expect(renderShort(analysis())).toBe(
    'serverB/any.pcap:42: error: serverB answered 10.2.0.100 by eth0, but was asked on eth1 (118 times) [asymmetric-reply/default-route-only]\n',
  );
});

it('names every cause once, and none where there is none', () => {
  const told = (causes: ReturnType<typeof cause>[]) =>
    renderShort(analysis({ diagnoses: [{ finding: finding(), causes, remedies: [], sentence: 's' }] }));
  expect(told([cause(), cause(), cause({ kind: 'rp-filter-strict' })])).toContain(
    '[asymmetric-reply/default-route-only,rp-filter-strict]',
  );
  expect(told([])).toContain('s (118 times) [asymmetric-reply]\n');
});

it('counts no single exchange', () => {
  const one = { finding: finding({ count: 1 }), causes: [], remedies: [], sentence: 's' };
  expect(renderShort(analysis({ diagnoses: [one] }))).toContain('error: s [asymmetric-reply]\n');
});

it('is empty where nothing is wrong', () => {
  expect(renderShort(analysis({ diagnoses: [] }))).toBe('');
});

it('is one line whatever a name holds', () => {
  const bad = finding({ evidence: [{ ...finding().evidence[0], file: 'a\nb' }] });
  const text = renderShort(
    analysis({ diagnoses: [{ finding: bad, causes: [], remedies: [], sentence: 's' }] }),
  );
  expect(text).toMatch(/^a\\x0ab:41: /);
});
