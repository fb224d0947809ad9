import { cutInAll } from '../decode/cut-frames.ts';
import { isDecoded } from '../decode/link-type.ts';
import type { Correlation } from '../exchange/correlation.ts';
import type { Problem } from './problem.ts';

/** Several cards, and processors, hand over their packets so far out of order. */
const DISORDER_NS = 1e9;

/** What is not in the captures although it was on the wire, or not where it should be. */
export function lossesOf(correlation: Correlation): Problem[] {
  return correlation.captures.flatMap(({ host, back, facts: { file, damage, dropped } }): Problem[] => [
    ...damage.map((one): Problem => ({ kind: 'damage', file, damage: one })),
    ...(back && back.nanos > DISORDER_NS ? [{ kind: 'time-goes-back', file, ...back } as const] : []),
    ...(dropped ? [{ kind: 'kernel-drops', host, file, dropped } as const] : []),
  ]);
}

/** Clocks that were set meanwhile: nothing is missed for it, but times on both sides of it do not compare. */
export function settingsOf({ clocksSet }: Correlation): Problem[] {
  return clocksSet.map(({ host, relativeTo, file, frame, byNs }) => {
    return { kind: 'clock-set', host, relativeTo, file, frame, nanos: byNs };
  });
}

/** A capture that was given and of which nothing could be read. */
export function isCaptureProblem({ kind }: Problem): boolean {
  return kind === 'unreadable' || kind === 'empty' || kind === 'not-a-capture' || kind === 'unsupported';
}

/** Captures, or interfaces of them, of which no packet could be looked into. */
export function undecodedOf(correlation: Correlation): Problem[] {
  return correlation.captures.flatMap(({ facts, notDecoded }) => {
    const unknown = facts.interfaces.filter((one) => !isDecoded(one.linkType));
    const all = unknown.length === facts.interfaces.length;
    return unknown.map(
      ({ linkType }): Problem => ({
        kind: 'link-type-not-decoded',
        file: facts.file,
        linkType,
        frames: all && unknown.length === 1 ? notDecoded : null,
      }),
    );
  });
}

/** Captures whose snap length cuts what was looked for. */
export function cutOf({ captures }: Correlation): Problem[] {
  return captures.flatMap(({ facts: { file, frames }, cutFrames }): Problem[] => {
    const cut = cutInAll(cutFrames);
    return cut > 0 ? [{ kind: 'frames-cut', file, cut, frames }] : [];
  });
}

/** Captures of another start of the kernel than the state. */
export function reindexedOf({ captures }: Correlation): Problem[] {
  return captures.flatMap(({ host, facts: { file }, reindexed }): Problem[] =>
    reindexed ? [{ kind: 'other-indexes', host, file }] : [],
  );
}

/** Each two captures that are copies of one, though given for different hosts. */
export function copiesOf({ coverage }: Correlation): Problem[] {
  return coverage.flatMap(({ host, file, sameAs }, i): Problem[] => {
    const earlier = coverage.slice(0, i).find((one) => one.file === sameAs && one.host !== host);
    if (!earlier) return [];
    return [{ kind: 'same-capture', host, file, other: earlier.host, otherFile: earlier.file }];
  });
}

/** Where the correlator came to its bounds. */
export function boundsOf({ counts }: Correlation): Problem[] {
  const { leftEarly, ambiguous } = counts;
  return [
    ...(leftEarly > 0 ? [{ kind: 'left-early', exchanges: leftEarly } as const] : []),
    ...(ambiguous > 0 ? [{ kind: 'ambiguous-replies', replies: ambiguous } as const] : []),
  ];
}
