import { describe, expect, it } from 'vitest';
import type { Finding } from '../../src/finding/finding.ts';
import { seenWords } from '../../src/report/seen-words.ts';
import { found } from '../reason/support/story.ts';
import { finding, ip, sighting } from './fixture.ts';

const behind = { host: 'B', src: ip('10.2.0.100'), dst: ip('10.3.0.50') };
const asked = sighting({ host: 'B' });
const passed = sighting({ direction: 'out', ...behind });
const REPLIED = { host: 'serverB', interface: 'eth0', src: ip('10.4.0.100') };
const told = (translator: string | null, ...requests: (typeof asked)[]) => {
  const one = found({ kind: 'wrong-source', requestReached: 'eth1 10.2.0.100 > 10.4.0.100' });
  const translated = { ...behind, sourcePort: 7, destinationPort: 1 };
  return seenWords({ ...one, translated, translator, examples: [{ ...one.examples[0], requests }] }, 'utc');
};

describe('what a report says was seen of a translation', () => {
  it('names the host that the request went into and out of', () => {
    expect(told('B', asked, passed)).toContain('B itself translated the request to 10.2.0.100 > 10.3.0.50');
  });

  it('names whoever saw it behind a box that was not captured', () => {
    const words = 'a box on the way translated the request: B saw it as 10.2.0.100 > 10.3.0.50';
    expect(told(null, { ...passed, direction: 'in' })).toContain(words);
  });
});

describe('what a report says of an answer that came after others had got nowhere', () => {
  const late = { interface: 'eth1', nanos: 7.13e9, repeats: 6 };
  const words = (more: Partial<Finding>) => seenWords(finding({ late, ...more }), 'utc');

  it('tells how late the connection stood', () => {
    const text =
      'the first of them worked after 7.13 s and 6 repeated SYNs, with the SYN-ACK that left by eth1';
    expect(words({ success: 'yes' })).toContain(text);
  });

  it('tells that nobody waited for it, and not that no reply was seen', () => {
    const text = words({ count: 1, success: 'no', path: { ...finding().path, replyLeft: REPLIED } });
    expect(text).toContain('the SYN-ACK of it that left by eth1 came after 7.13 s and 6 repeated SYNs');
    expect(text).not.toContain('saw no reply');
  });
});
