import type { InterfaceIdentity } from '../addr/identity.ts';
import type { NeighbourAnswer, NeighbourQuestion } from './correlation.ts';
import type { CaptureAccount } from './host-feed.ts';
import { nameOfIndex } from './index-witness.ts';
import type { Sighting } from './sighting.ts';

/**
 * A kernel numbers interfaces anew at each start, and the state may be of another one than the capture: what left by an index
 * bears the hardware address of another interface, and never that of the one that the state gives this number. The
 * address is the card's and stays. By the name that the index gives: the right one, or the bare number where none is known.
 */
export function renamedIndexes(accounts: readonly CaptureAccount[]): Map<string, string> {
  const { interfaces } = accounts[0]?.identity ?? { interfaces: [] };
  const claims = new Map<string, string>();
  const confirmed = new Set<string>();
  for (const [index, senders] of together(accounts)) {
    const name = nameOfIndex(interfaces, index);
    if (senders.some((names) => names.includes(name))) confirmed.add(name);
    else if (senders.length === 1 && !bridges(interfaces, name))
      claims.set(name, senders[0].length === 1 ? senders[0][0] : `if${index}`);
  }
  const rights = [...claims.values()];
  const sole = [...claims].filter(
    ([, right]) => !confirmed.has(right) && rights.filter((one) => one === right).length === 1,
  );
  return withDisplaced(new Map(sole), interfaces);
}

/** Whose name belongs to another index, and of which nothing else is known. */
function withDisplaced(claims: Map<string, string>, interfaces: readonly InterfaceIdentity[]) {
  for (const right of [...claims.values()]) {
    const displaced = interfaces.find(({ name }) => name === right);
    if (displaced && displaced.index !== null && !claims.has(right))
      claims.set(right, `if${displaced.index}`);
  }
  return claims;
}

function together(accounts: readonly CaptureAccount[]): Map<number, (readonly string[])[]> {
  const all = new Map<number, (readonly string[])[]>();
  for (const { indexes } of accounts) {
    for (const { index, senders } of indexes) {
      const known = all.get(index) ?? [];
      const fresh = senders.filter((names) => !known.some((one) => one.join() === names.join()));
      all.set(index, [...known, ...fresh]);
    }
  }
  return all;
}

/** What leaves a bridge, a bond or a port of them may be anybody's. */
function bridges(interfaces: readonly InterfaceIdentity[], name: string): boolean {
  return interfaces.some((one) => one.portOf === name || (one.name === name && one.portOf !== undefined));
}

/** Of all hosts, as far as their captures name interfaces by index. */
export class IndexNames {
  private readonly byFile = new Map<string, ReadonlyMap<string, string>>();

  constructor(accounts: readonly CaptureAccount[]) {
    for (const host of new Set(accounts.map((one) => one.host))) {
      const own = accounts.filter((one) => one.host === host);
      const renamed = renamedIndexes(own);
      if (renamed.size === 0) continue;
      for (const { indexes, facts } of own)
        if (indexes.length > 0) this.byFile.set(keyOf(host, facts.file), renamed);
    }
  }

  /** Whether the capture numbers interfaces otherwise than the state, which may have no numbers at all. */
  differ({ host, facts, identity }: CaptureAccount): boolean {
    const numbered = identity?.interfaces.some(({ index }) => index !== null) ?? false;
    return numbered && this.byFile.has(keyOf(host, facts.file));
  }

  rename<T extends { readonly interface: string | null }>(one: T, host: string, file: string): T {
    const right = one.interface === null ? undefined : this.byFile.get(keyOf(host, file))?.get(one.interface);
    return right === undefined ? one : { ...one, interface: right };
  }

  /** Of questions and answers sightings are made while captures are read. */
  questions(asked: readonly NeighbourQuestion[]): readonly NeighbourQuestion[] {
    if (this.byFile.size === 0) return asked;
    return asked.map((one) => {
      const { examples, failures } = one;
      const told = { ...one, examples: examples.map(this.sighting), failures: failures.map(this.sighting) };
      return examples.length === 0 ? told : this.rename(told, one.host, examples[0].file);
    });
  }

  answers(told: readonly NeighbourAnswer[]): readonly NeighbourAnswer[] {
    if (this.byFile.size === 0) return told;
    return told.map((one) => {
      const example = this.sighting(one.example);
      return { ...one, example, interface: example.interface };
    });
  }

  private readonly sighting = (one: Sighting): Sighting => this.rename(one, one.host, one.file);
}

function keyOf(host: string, file: string): string {
  return JSON.stringify([host, file]);
}
