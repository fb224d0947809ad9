import { PassThrough } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { InputEnd } from '../../src/verbs/interrupt.ts';

/** A terminal at which somebody may press Ctrl-C, and what comes on standard input. */
function atTerminal() {
  const stdin = new PassThrough();
  const stderr = Object.assign(new PassThrough(), { isTTY: true });
  const interrupts: { first: (() => void) | null } = { first: null };
  const end = new InputEnd({ stdin, stdout: new PassThrough(), stderr, env: {}, interrupts });
  return { stdin, interrupts, end };
}

async function allOf(stream: PassThrough): Promise<string> {
  let all = '';
  for await (const piece of stream) all += piece;
  return all;
}

describe('the first Ctrl-C while standard input is read', () => {
  it('waits for what the writer still writes before it ends', async () => {
    const { stdin, interrupts, end } = atTerminal();
    stdin.write('before ');
    const all = allOf(stdin);
    interrupts.first?.();
    await setTimeout(50);
    stdin.end('after');
    expect(await all).toBe('before after');
    expect(end.interrupted).toBe(true);
  });

  it('ends the input where the writer goes on, whatever comes then', async () => {
    const { stdin, interrupts, end } = atTerminal();
    stdin.write('before');
    const all = allOf(stdin);
    interrupts.first?.();
    expect(await all).toBe('before');
    stdin.write('after');
    expect(end.interrupted).toBe(true);
  });

  it('may be heard just after the end of the input', async () => {
    const { stdin, interrupts, end } = atTerminal();
    stdin.end('all');
    expect(await allOf(stdin)).toBe('all');
    interrupts.first?.();
    expect(end.interrupted).toBe(true);
  });

  it('is as any other once the input ended a while ago', async () => {
    const { stdin, interrupts, end } = atTerminal();
    stdin.end('all');
    expect(await allOf(stdin)).toBe('all');
    await setTimeout(1100);
    expect({ first: interrupts.first, interrupted: end.interrupted }).toEqual({
      first: null,
      interrupted: false,
    });
  });
});
