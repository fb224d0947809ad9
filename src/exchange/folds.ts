import { E_ID, ENTRY } from './entry.ts';
import type { Fold } from './fold.ts';
import { PROTOCOL_UDP } from './key.ts';
import type { Closing } from './open-exchanges.ts';
import type { OpenTable } from './table.ts';

/**
 * Datagrams apart from the rest: where UDP is followed by itself, they count only if nothing else turns up to the end.
 */
export class Folds implements Closing {
  readonly probes: Fold;
  readonly datagrams: Fold;

  constructor(probes: Fold, datagrams: Fold) {
    this.probes = probes;
    this.datagrams = datagrams;
  }

  close(table: OpenTable, entry: number, early: boolean): void {
    const udp = table.words[entry * ENTRY + E_ID] >>> 16 === PROTOCOL_UDP;
    (udp ? this.datagrams : this.probes).close(table, entry, early);
  }

  /** Those that the report is about. */
  counted(udp: boolean): readonly Fold[] {
    return udp ? [this.probes, this.datagrams] : [this.probes];
  }
}
