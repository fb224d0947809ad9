import { describe, expect, it } from 'vitest';
import type { HostIdentity } from '../../src/addr/identity.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import { find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { icmpError, ipOf, udp } from '../exchange/support/packets.ts';

/** A server that answers from a port of its own choice to the port that asked. */

const [A, B, OTHER] = ['10.2.0.100', '10.4.0.100', '10.3.0.100'];
const card = (name: string, address: string) => ({
  name,
  index: null,
  mac: null,
  neighbours: [],
  addresses: [{ address: ipOf(address), length: 24 }],
});
const HOSTS: readonly HostIdentity[] = [
  { host: 'A', interfaces: [card('if3', A)] },
  { host: 'B', interfaces: [card('if3', B), card('if2', OTHER)] },
];

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
  /** Who answers. */
  readonly source?: string;
  /** A answers the answers. */
  readonly goesOn?: boolean;
  /** Each question is put and answered so often. */
  readonly times?: number;
  /** B does not send the answers. */
  readonly elsewhere?: boolean;
  /** B passes the answers on. */
  readonly through?: boolean;
  readonly hosts?: readonly HostIdentity[];
}

async function told(story: Story) {
  const { questions = 1, answers = questions, after = 0.3, from = 50_000, leaves = 3, comes = true } = story;
  const { source = B, times = 1, hosts = HOSTS } = story;
  const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
  const ask = (ms: number, i: number) => {
    const question = udp(A, from + i, B, 69, `read ${i}`);
    a.see(ms, 3, 'out', question);
    b.see(ms + 0.1, 3, 'in', question);
  };
  for (let i = 0; i < questions; i++) {
    ask(i, i);
    if (i >= answers) continue;
    const answer = udp(source, 34_000 + 7 * i, A, from + i, `data ${i}`);
    if (story.through) b.see(i + after - 0.05, 5, 'in', answer);
    if (!story.elsewhere) b.see(i + after, leaves, 'out', answer);
    if (comes) a.see(i + after + 0.1, 3, 'in', answer);
    if (story.goesOn) {
      const ack = udp(A, from + i, source, 34_000 + 7 * i, `ack ${i}`);
      a.see(i + after + 0.2, 3, 'out', ack);
      b.see(i + after + 0.3, leaves, 'in', ack);
    }
    if (!story.refused) continue;
    const error = icmpError(A, B, 3, 3, answer);
    a.see(i + after + 0.2, 3, 'out', error);
    b.see(i + after + 0.3, 3, 'in', error);
  }
  for (let time = 1; time < times; time++) {
    ask(1000 * time, 0);
    const answer = udp(source, 34_000 + time, A, from, `data ${time}`);
    b.see(1000 * time + after, leaves, 'out', answer);
    if (comes) a.see(1000 * time + after + 0.1, 3, 'in', answer);
  }
  for (let i = 0; i < (story.besides ?? 0); i++) {
    const other = udp(B, 33_000, A, 9_000 + i, `in vain ${i}`);
    b.see(questions + i, 3, 'out', other);
    a.see(questions + i + 0.1, 3, 'in', other);
  }
  if (story.again) ask(story.again, 0);
  const correlation = await correlate([a, b].map((one) => one.input()));
  const { findings, exchanges } = find(correlation, hosts, new Set());
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

  it('is lost each time where the question is put again and each has one of its own', async () => {
    const { kinds, exchanges } = await told({ times: 3, leaves: 2, comes: false });
    expect(kinds).toEqual(['error asymmetric-reply']);
    expect(exchanges.total).toBe(1);
    expect((await told({ times: 3 })).kinds).toContain('error unanswered');
  });
});

describe('an answer from another port and another address of the host asked', () => {
  const other = { source: OTHER, leaves: 2 };

  it.each([1, 3, 9])('has the wrong source, %s times', async (questions) => {
    const { kinds, exchanges } = await told({ ...other, questions });
    expect(kinds).toEqual(['error wrong-source']);
    expect(exchanges).toEqual({ total: questions, answered: 0, failed: questions, undecided: 0 });
  });

  it('has it, too, where it is refused, and where the question is put again', async () => {
    expect((await told({ ...other, refused: true })).kinds).toEqual(['error wrong-source']);
    expect((await told({ ...other, times: 3 })).kinds).toEqual(['error wrong-source']);
    expect((await told({ ...other, again: 1000 })).kinds).not.toContain('error wrong-source');
  });

  it('is known by its address where nobody saw it made', async () => {
    expect((await told({ ...other, elsewhere: true })).kinds).toEqual(['error wrong-source']);
  });

  it('is known by where it is made where no state names the addresses', async () => {
    expect((await told({ ...other, hosts: [] })).kinds).toEqual(['error wrong-source']);
  });

  it('is taken where the one who asked goes on with it', async () => {
    expect((await told({ ...other, goesOn: true })).kinds).toEqual([]);
  });

  it('is none of a third host, late, to the port of a service, or one of several', async () => {
    const none = async (story: Story) =>
      expect((await told({ ...other, ...story })).kinds).not.toContain('error wrong-source');
    await none({ after: 6000 });
    await none({ from: 500 });
    await none({ questions: 3, answers: 2 });
    await none({ elsewhere: true, source: '10.9.0.9' });
    await none({ through: true, source: '10.9.0.9' });
  });
});
