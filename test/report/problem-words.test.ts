import { describe, expect, it } from 'vitest';
import { problemWords, severityOf } from '../../src/report/problem-words.ts';
import { span } from './fixture.ts';

const ROUTES = 'default via 10.3.0.1 dev eth0\n  10.9.0.0/16 vai 10.3.0.9\n';

describe('a problem in one line', () => {
  it('names the frame and byte of a damaged capture', () => {
    const damage = {
      kind: 'cut-in-record',
      frame: 1235,
      offset: 80912,
      need: 98,
      have: 40,
      detail: null,
      lostBytes: 0,
      count: 1,
    } as const;
    expect(problemWords({ kind: 'damage', file: 'b.pcap', damage })).toBe(
      'b.pcap: frame 1235, byte 80912: the file ends inside this frame; what came before is analysed (98 bytes expected, 40 there)',
    );
  });

  it('names file, line and column of a line that was not understood', () => {
    const where = span('B/ip-route.txt', ROUTES, '10.9.0.0/16 vai 10.3.0.9');
    expect(problemWords({ kind: 'line-not-understood', span: where, expected: 'a route' })).toBe(
      'B/ip-route.txt:2:3: not understood, expected a route: 10.9.0.0/16 vai 10.3.0.9',
    );
  });

  it('says what to do about a file that is no capture', () => {
    expect(problemWords({ kind: 'not-a-capture', file: 'x', firstBytes: '25504446' })).toBe(
      'x: neither pcap nor pcapng (begins with 25504446); write it with tcpdump -w',
    );
  });

  it('tells apart what costs an input and what does not', () => {
    expect(severityOf({ kind: 'unreadable', file: 'x', reason: 'no' })).toBe('error');
    expect(severityOf({ kind: 'ambiguous-replies', replies: 3 })).toBe('warning');
  });
});
