import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { icmpError, ipOf, udp } from '../exchange/support/packets.ts';

/** A server that answers from a port of its own choice to the port that asked. */

const [A, B] = ['10.2.0.100', '10.4.0.100'];
const HOSTS: readonly HostIdentity[] = [
  ['A', A],
  ['B', B],
].map(([host, address]) => {
  const card = { name: 'if3', index: null, mac: null, neighbours: [] };
  return { host, interfaces: [{ ...card, addresses: [{ address: ipOf(address), length: 24 }] }] };
});

interface Story {
  readonly questions?: number;
  readonly answers?: number;
  /** Milliseconds from a question to its answer. */
  readonly after?: number;
  readonly from?: number;
  /** The card of B by which the answer leaves. */
  readonly leaves?: number;
  readonly comes?: boolean;
  /** Milliseconds after which the first one is asked again. */
  readonly again?: number;
  /** Other questions that B asks A from one port, in vain. */
  readonly besides?: number;
  /** A refuses the answers. */
  readonly refused?: boolean;
}

async function told(story: Story) {
  const { questions = 1, answers = questions, after = 0.3, from = 50_000, leaves = 3, comes = true } = story;
  const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
  const ask = (ms: number, i: number) => {
    const question = udp(A, from + i, B, 69, `read ${i}`);
    a.see(ms, 3, 'out', question);
    b.see(ms + 0.1, 3, 'in', question);
  };
  for (let i = 0; i < questions; i++) {
    ask(i, i);
    if (i >= answers) continue;
    const answer = udp(B, 34_000 + 7 * i, A, from + i, `data ${i}`);
    b.see(i + after, leaves, 'out', answer);
    if (comes) a.see(i + after + 0.1, 3, 'in', answer);
    if (!story.refused) continue;
    const error = icmpError(A, B, 3, 3, answer);
    a.see(i + after + 0.2, 3, 'out', error);
    b.see(i + after + 0.3, 3, 'in', error);
  }
  for (let i = 0; i < (story.besides ?? 0); i++) {
    const other = udp(B, 33_000, A, 9_000 + i, `in vain ${i}`);
    b.see(questions + i, 3, 'out', other);
    a.see(questions + i + 0.1, 3, 'in', other);
  }
  if (story.again) ask(story.again, 0);
  const correlation = await correlate([a, b].map((one) => one.input()));
  const { findings, exchanges } = find(correlation, HOSTS, new Set());
  return { kinds: findings.map(({ level, kind }) => `${level} ${kind}`), exchanges };
}

describe('an answer from another port of the address asked', () => {
  it.each([1, 3, 9])('is one, %s times', async (questions) => {
    const { kinds, exchanges } = await told({ questions });
    expect(kinds).toEqual([]);
    expect(exchanges).toEqual({ total: questions, answered: questions, failed: 0, undecided: 0 });
  });

  it('goes by its way and comes home, or not, as any answer', async () => {
    expect((await told({ leaves: 2 })).kinds).toEqual(['warning asymmetric-reply']);
    expect((await told({ comes: false })).kinds).toEqual(['error reply-lost']);
  });

  it('is none that comes late, goes to the port of a service, or after which it was asked again', async () => {
    const both = ['error unanswered', 'error unanswered'];
    expect((await told({ after: 6000 })).kinds).toEqual(both);
    expect((await told({ from: 500 })).kinds).toEqual(both);
    expect((await told({ again: 1000 })).kinds).toEqual(both);
  });

  it('leaves other questions of the server what they are', async () => {
    const { kinds } = await told({ questions: 9, besides: 3 });
    expect(kinds.filter((one) => one === 'error unanswered').length).toBeGreaterThanOrEqual(3);
  });

  it('is none that the one who asked refuses', async () => {
    expect((await told({ refused: true })).kinds.sort()).toEqual(['error rejected', 'error unanswered']);
  });

  it('is not taken to be there for each of many where some lack one', async () => {
    for (const questions of [3, 9]) {
      const { kinds } = await told({ questions, answers: questions - 1 });
      expect(kinds).toContain('error unanswered');
    }
  });
});
