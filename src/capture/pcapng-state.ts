import type { DamageLog } from './damage.ts';
import type { CaptureInterface, Damage, RunInterface } from './frame.ts';
import type { PcapngInterface } from './pcapng-interface.ts';
import { PcapngNotes } from './pcapng-notes.ts';
import { OptionCursor } from './pcapng-options.ts';

/** More of them are offered to nobody. */
const RUN_INTERFACES = 32;

/** What the readers of a pcapng file's blocks share: where they are, and what the blocks before have told. */
export class PcapngState {
  /** Byte order of this section. */
  little: boolean;
  /** Offset in the capture of the chunk's first byte. */
  base = 0;
  frames = 0;
  /** Records that are no packets but that Wireshark numbers as frames all the same. */
  numbersSkipped = 0;
  sections = 0;
  /** Interfaces of this section, by the number its blocks use; and of all sections. */
  section: PcapngInterface[] = [];
  /** The first of this section's as runs of records have them (`RecordRun`). */
  runInterfaces: readonly RunInterface[] = [];
  readonly interfaces: CaptureInterface[] = [];
  readonly notes = new PcapngNotes();
  readonly options = new OptionCursor();
  private readonly damage: DamageLog;

  constructor(little: boolean, damage: DamageLog) {
    this.little = little;
    this.damage = damage;
  }

  beginSection(): void {
    this.sections++;
    this.section = [];
    this.runInterfaces = [];
  }

  addInterface(face: PcapngInterface): void {
    this.section.push(face);
    if (this.runInterfaces.length === RUN_INTERFACES) return;
    const { id, linkType, units } = face;
    this.runInterfaces = [...this.runInterfaces, { id, linkType, unitsPerSecond: units.sinceEpoch }];
  }

  /** `at`: in the chunk, of the block or field at fault. */
  report(
    kind: Damage['kind'],
    at: number,
    need: number | null,
    have: number | null,
    detail: string | null = null,
  ): void {
    this.damage.add(kind, this.frames + this.numbersSkipped + 1, this.base + at, need, have, detail);
  }

  /** What the damage just told hides. */
  lose(kind: Damage['kind'], bytes: number | null): void {
    this.damage.lose(kind, bytes);
  }

  count64(view: DataView, at: number): number {
    const { little } = this;
    const low = view.getUint32(little ? at : at + 4, little);
    return view.getUint32(little ? at + 4 : at, little) * 0x100000000 + low;
  }
}
