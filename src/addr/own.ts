/**
 * The entry of a table under a word that somebody else wrote. A plain object answers to `constructor` and `__proto__` as
 * well, with what every object inherits.
 */
export function own<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
