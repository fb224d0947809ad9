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
    this.byKind.set(kind, known ? { ...known, count } : { kind, frame, offset, need, have, detail, count });
  }

  list(): readonly Damage[] {
    return [...this.byKind.values()];
  }
}
