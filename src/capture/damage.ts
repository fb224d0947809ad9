import type { Damage } from './frame.ts';

/** Collects what is wrong with a capture: one entry a kind, with its first place and a count, never one a frame. */
export class DamageLog {
  private readonly byKind = new Map<Damage['kind'], Damage>();

  add(
    kind: Damage['kind'],
    frame: number,
    offset: number,
    need: number | null = null,
    have: number | null = null,
    detail: string | null = null,
  ): void {
    const known = this.byKind.get(kind);
    const count = (known?.count ?? 0) + 1;
    const first = { kind, frame, offset, need, have, detail, lostBytes: 0 };
    this.byKind.set(kind, { ...(known ?? first), count });
  }

  /** What a damage of this kind hides: bytes passed over, or null where nothing behind it is read. */
  lose(kind: Damage['kind'], bytes: number | null): void {
    const known = this.byKind.get(kind);
    if (!known || known.lostBytes === null) return;
    this.byKind.set(kind, { ...known, lostBytes: bytes === null ? null : known.lostBytes + bytes });
  }

  list(): readonly Damage[] {
    return [...this.byKind.values()];
  }
}
