import { directionWord, summaryOf } from '../frame-words.ts';
import { clockOf, type Zone } from '../moment.ts';
import type { Pointer } from '../pointer.ts';
import { printable } from '../printable.ts';
import { arrow, type Block, bar, mark, quoted } from './gutter.ts';
import type { Row } from './row.ts';

/** The frames of a finding, file by file in the order of the packet's way, each with its mark. */
export function frameRows(pointers: readonly Pointer[], block: Block, zone: Zone): Row[] {
  const files = [...new Set(pointers.map((one) => one.sighting.file))];
  const columns = columnsOf(pointers);
  const rows = files.flatMap((file) => {
    const own = pointers.filter((one) => one.sighting.file === file);
    const places = own.map((one) => `${file}:${one.sighting.frame}`).join(', ');
    return [arrow(block, places), bar(block), ...own.flatMap((one) => frame(one, columns, block, zone))];
  });
  return rows.length > 0 ? [...rows, bar(block)] : [];
}

/** Widths of the interface and direction columns in all quotes of a finding. */
interface Columns {
  readonly interface: number;
  readonly direction: number;
}

function columnsOf(pointers: readonly Pointer[]): Columns {
  const widest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length));
  return {
    interface: widest(pointers.map(({ sighting }) => device(sighting.interface))),
    direction: widest(pointers.map(({ sighting }) => directionWord(sighting))),
  };
}

function device(name: string | null): string {
  return printable(name ?? '');
}

function frame(pointer: Pointer, columns: Columns, block: Block, zone: Zone): Row[] {
  const { sighting } = pointer;
  const time = `${clockOf(sighting.time, zone)} `;
  const place = [
    columns.interface > 0 ? device(sighting.interface).padEnd(columns.interface) : '',
    columns.direction > 0 ? directionWord(sighting).padEnd(columns.direction) : '',
  ].filter((text) => text !== '');
  const where = place.join(' ');
  const lead = time + (where === '' ? '' : `${where} `);
  const summary = summaryOf(sighting);
  const text = lead + summary;
  const [from, length] = extent(pointer, time.length, where.trimEnd().length, lead.length, summary);
  return [
    quoted(block, String(sighting.frame), text),
    mark(block, from, length, pointer.wrong, pointer.label),
  ];
}

/** Column and length of what is marked; the packet's source where the capture tells no interface and no direction. */
function extent(
  pointer: Pointer,
  placeAt: number,
  placeLength: number,
  summaryAt: number,
  summary: string,
): [number, number] {
  if (pointer.at === 'place' && placeLength > 0) return [placeAt, placeLength];
  return [summaryAt, summary.indexOf(' ')];
}
