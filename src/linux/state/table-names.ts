import { TABLE_DEFAULT, TABLE_LOCAL, TABLE_MAIN, TABLE_UNSPEC } from '../host-state.ts';

/** Names of route tables: those built into iproute2 (lib/rt_names.c) and those of the host's rt_tables. */
export class TableNames {
  readonly #numbers = new Map<string, number>([
    ['unspec', TABLE_UNSPEC],
    ['default', TABLE_DEFAULT],
    ['main', TABLE_MAIN],
    ['local', TABLE_LOCAL],
  ]);
  readonly #invented = new Set<number>();

  define(name: string, table: number): void {
    this.#numbers.set(name, table);
  }

  /**
   * The number of a table named in a rule or route. A name that no file defines gets a negative number of its own, the
   * same wherever it stands, so that rules and routes naming it still meet.
   */
  numberOf(word: string): number {
    const known = this.#numbers.get(word);
    if (known !== undefined) return known;
    if (isNumber(word)) return Number(word);
    const table = this.#invent(word);
    this.#numbers.set(word, table);
    return table;
  }

  isKnown(word: string): boolean {
    return this.#numbers.has(word);
  }

  toMap(): ReadonlyMap<string, number> {
    return new Map(this.#numbers);
  }

  #invent(name: string): number {
    let hash = 0;
    for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + name.charCodeAt(i)) | 0;
    let table = -1 - (hash & 0x3fffffff);
    while (this.#invented.has(table)) table--;
    this.#invented.add(table);
    return table;
  }
}

function isNumber(word: string): boolean {
  return /^(\d{1,10}|0x[0-9a-f]{1,8})$/i.test(word);
}
