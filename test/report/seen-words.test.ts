import { describe, expect, it } from 'vitest';
import { seenWords } from '../../src/report/seen-words.ts';
import { found } from '../reason/support/story.ts';
import { ip, sighting } from './fixture.ts';

const behind = { host: 'B', src: ip('10.2.0.100'), dst: ip('10.3.0.50') };
const asked = sighting({ host: 'B' });
const passed = sighting({ direction: 'out', ...behind });
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
