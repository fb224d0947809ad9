import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { echoReply, echoRequest, icmpError } from '../exchange/support/packets.ts';

const [A, B, ROUTER] = ['10.2.0.100', '10.4.0.100', '10.2.0.1'];
const data = (bytes: number) => 'x'.repeat(bytes);

interface Told {
  readonly mtu?: number;
  /** Bytes behind the IP header of the second ping. */
  readonly second?: number;
  readonly answered?: boolean;
  /** The second ping comes first. */
  readonly before?: boolean;
}

/** A large ping is refused by a router, another one may be answered. */
async function told({ mtu = 1300, second = 1280, answered = true, before = false }: Told) {
  const a = new ScriptedCapture('A');
  const large = echoRequest({ src: A, dst: B, id: 7, seq: 1, data: data(1400) });
  const error = icmpError(ROUTER, A, 3, 4, large);
  error.writeUInt16BE(mtu, 20 + 6);
  const [at, later] = before ? [1000, 0] : [0, 1000];
  const smaller = { id: 7, seq: 2, data: data(second - 8) };
  const refused = () => {
    a.see(at, 3, 'out', large);
    a.see(at + 0.1, 3, 'in', error);
  };
  if (!before) refused();
  a.see(later, 3, 'out', echoRequest({ src: A, dst: B, ...smaller }));
  if (answered) a.see(later + 0.2, 3, 'in', echoReply({ src: B, dst: A, ...smaller }));
  if (before) refused();
  const { findings, exchanges } = find(await correlate([a.input()]), [], new Set());
  return { kinds: findings.map(({ level, kind }) => `${level} ${kind}`), failed: exchanges.failed };
}

describe('a packet that a router finds too large', () => {
  it('has failed as it had to, where the sender goes on with the size it was told', async () => {
    for (const second of [1280, 1272]) {
      const { kinds, failed } = await told({ second });
      expect(kinds, String(second)).toEqual(second === 1280 ? ['note rejected'] : ['error rejected']);
      expect(failed).toBe(second === 1280 ? 0 : 1);
    }
  });

  it('has failed where no such one is answered, where it came before, or where the router names no size', async () => {
    expect((await told({ answered: false })).kinds).toContain('error rejected');
    expect((await told({ before: true })).kinds).toEqual(['error rejected']);
    expect((await told({ mtu: 0 })).kinds).toEqual(['error rejected']);
  });
});
