import { describe, expect, it } from 'vitest';
import { A, B, causesOf, found, host, kinds } from './support/story.ts';

const stalled = found({
  kind: 'handshake-stalled',
  protocol: 'tcp',
  port: 1521,
  requestLeft: 'eth1 10.2.0.100 > 10.4.0.100',
  replyReached: 'eth1 10.4.0.100 > 10.2.0.100',
  more: {
    witness: {
      originatorCovered: true,
      responderCovered: false,
      missing: [{ kind: 'no-capture', host: 'B', role: 'responder' }],
    },
  },
});

const EVEN = 'default via 10.4.0.1 dev eth1\n10.4.0.0/24 dev eth1 proto kernel scope link src 10.4.0.100';

describe("a handshake that stalled, of which only the originator's side was seen", () => {
  it('leaves open whether the ACK was lost or not taken', () => {
    for (const causes of [
      causesOf(stalled, host('A', A)),
      causesOf(stalled, host('A', A), host('B', { ...B, routes: EVEN })),
    ]) {
      expect(kinds(causes)).toEqual(['not-enough-information@null possible']);
      expect(causes[0].sentence).toContain('whether the last ACK was lost on its way');
      expect(causes[0].missing[0].what).toBe('a capture on B');
    }
  });

  it("is likely the responder's, where its tables send the SYN-ACK by another interface", () => {
    expect(kinds(causesOf(stalled, host('A', A), host('B', B)))).toEqual(['default-route-only@B likely']);
  });

  it('is likely so, too, where its capture shows only how the SYN came in', () => {
    const came = { ...stalled.path.requestLeft!, host: 'B', interface: 'eth1' };
    const half = { ...stalled, path: { ...stalled.path, requestReached: came } };
    const [cause] = causesOf(half, host('A', A), host('B', B));
    expect(kinds([cause])).toEqual(['default-route-only@B likely']);
    expect(cause.notes.join()).not.toContain('not captured');
  });
});
