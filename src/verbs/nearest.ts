/** Letters that may be wrong for a name to be worth suggesting: a third of it. */
const TOLERANCE = 3;

/** The names most like what was typed, at most three: few letters wrong, or holding it whole. */
export function nearest(typed: string, names: readonly string[]): string[] {
  const lower = typed.toLowerCase();
  const ranked = names
    .map((name) => ({ name, distance: distance(lower, name) }))
    .filter(({ name, distance: far }) => far <= name.length / TOLERANCE || holds(name, lower))
    .sort((a, b) => a.distance - b.distance);
  return ranked.slice(0, 3).map(({ name }) => name);
}

function holds(name: string, typed: string): boolean {
  return typed.length >= 3 && name.includes(typed);
}

/** Levenshtein: insertions, deletions and replacements from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
