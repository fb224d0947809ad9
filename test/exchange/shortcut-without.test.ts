import fc from 'fast-check';
import { afterEach, expect, test, vi } from 'vitest';
import { SharedMemory } from '../../src/exchange/shared-memory.ts';
import { expectTheSame, type Taken } from './support/both-ways.ts';
import { bytesOf, inputOf } from './support/capture-file.ts';
import { LINKTYPE_ETHERNET } from './support/link.ts';
import { calmSteps, shotsOf } from './support/scene.ts';
import { afterUnfiltered } from './support/unfiltered.ts';

/** Not every machine runs the code of the shortcut, or gives it the memory. */

const FORM = {
  format: 'pcap' as const,
  little: true,
  faces: [{ linkType: LINKTYPE_ETHERNET, resolution: 6 }],
};
const [SCENE] = fc.sample(calmSteps(60, 60), { numRuns: 1, seed: 3 });
const SHOTS = shotsOf(SCENE, FORM);

async function short(bytes: Uint8Array): Promise<number> {
  const taken: Taken = { short: 0 };
  await expectTheSame(async () => [await inputOf(bytes)], {}, taken);
  return taken.short;
}

afterEach(() => {
  vi.unstubAllGlobals();
});

test('where it runs many frames take the short way', async () => {
  expect(await short(bytesOf(FORM, SHOTS))).toBeGreaterThan(SHOTS.length / 4);
});

const machines: readonly [string, () => unknown][] = [
  ['there is no WebAssembly', () => undefined],
  ['there is no address space for its memory', () => ({ ...wasm(), Memory: throwing('out of memory') })],
  ['it knows other instructions', () => ({ ...wasm(), Instance: throwing('not a module') })],
];
for (const [name, machine] of machines) {
  test(`where ${name} none does, and the same is told`, async () => {
    vi.stubGlobal('WebAssembly', machine());
    expect(SharedMemory.make(1)).toBeNull();
    expect(await short(bytesOf(FORM, SHOTS))).toBe(0);
    expect(await short(afterUnfiltered(FORM, SHOTS))).toBe(0);
  });
}

function wasm(): object {
  const { WebAssembly: own } = globalThis as unknown as { WebAssembly: Record<string, unknown> };
  return { Memory: own.Memory, Module: own.Module, Instance: own.Instance };
}

function throwing(message: string): unknown {
  return class {
    constructor() {
      throw new RangeError(message);
    }
  };
}
