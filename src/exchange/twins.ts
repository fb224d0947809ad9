import type { CaptureAccount } from './host-feed.ts';

/** One or two frames may be seen by two hosts in the same microsecond, several are not. */
const ENOUGH_FRAMES = 5;

/**
 * Of each capture, the file of another host's that holds the very same frames: as many, of as many bytes and the same kinds, the
 * first and the last at the same moment of two clocks. A copy was given by mistake, and what one of them shows the other does not confirm.
 */
export function twinsOf(captures: readonly CaptureAccount[]): readonly (string | null)[] {
  const byFrames = new Map<string, CaptureAccount[]>();
  const keys = captures.map(keyOf);
  for (const [i, key] of keys.entries()) {
    if (key !== null) byFrames.set(key, [...(byFrames.get(key) ?? []), captures[i]]);
  }
  return captures.map((one, i) => {
    const alike = keys[i] === null ? [] : (byFrames.get(keys[i]) ?? []);
    return alike.find(({ host }) => host !== one.host)?.facts.file ?? null;
  });
}

function keyOf({ tally, bytes }: CaptureAccount): string | null {
  const { frames, probes, replies, notDecoded, directions, seen } = tally;
  const { timed, firstSeconds, firstNanos, lastSeconds, lastNanos } = tally;
  if (!timed || frames < ENOUGH_FRAMES) return null;
  if (firstSeconds === lastSeconds && firstNanos === lastNanos) return null;
  const counts = [bytes, frames, probes, replies, notDecoded, directions, seen];
  return JSON.stringify([...counts, firstSeconds, firstNanos, lastSeconds, lastNanos]);
}
