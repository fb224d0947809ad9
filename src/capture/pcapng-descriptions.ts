import { readInterface } from './pcapng-interface.ts';
import { COMMENT_BYTES } from './pcapng-notes.ts';
import { ISB_IFDROP, ISB_OSDROP, OPT_COMMENT, optionText } from './pcapng-options.ts';
import type { PcapngState } from './pcapng-state.ts';

/** A block in a chunk: all of it, with its type and lengths. */
export interface Block {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly at: number;
  readonly length: number;
}

const BLOCK_TAIL = 4;
/** Byte-order magic (4), version (2 + 2), section length (8), options (section 4.1). */
const SHB_MAJOR = 12;
const SHB_MINOR = 14;
const SHB_OPTIONS = 24;
/** Link type (2), reserved (2), snap length (4), options (section 4.2). */
const IDB_FIELDS = 8;
const IDB_OPTIONS = 16;
/** Interface (4), time stamp (4 + 4), options (section 4.6). */
const ISB_INTERFACE = 8;
const ISB_OPTIONS = 20;
/** Interfaces a file may describe; packets of others are told as damage. */
const INTERFACES_KEPT = 1 << 16;

/** Whether this reader knows the version; 1.2 is what some writers put for 1.0 (section 4.1). */
export function sectionVersionKnown(major: number, minor: number): boolean {
  return major === 1 && (minor === 0 || minor === 2);
}

/** Begins a section. False: nothing is known of how its blocks are laid out. */
export function beginSection(state: PcapngState, block: Block): boolean {
  const { view, at, length } = block;
  const whole = length >= SHB_OPTIONS + BLOCK_TAIL;
  const major = view.getUint16(at + SHB_MAJOR, state.little);
  const minor = whole ? view.getUint16(at + SHB_MINOR, state.little) : 0;
  if (!whole || !sectionVersionKnown(major, minor)) {
    state.report('unsupported-section', at, null, null, `version ${major}.${minor}`);
    return false;
  }
  state.beginSection();
  const { options } = state;
  begin(state, block, SHB_OPTIONS);
  while (options.advance()) {
    if (options.code !== OPT_COMMENT) continue;
    state.notes.comment(0, optionText(block.bytes, options.at, options.length, COMMENT_BYTES));
  }
  tellBroken(state, block);
  return true;
}

export function describeInterface(state: PcapngState, block: Block): void {
  const { at, length } = block;
  if (length < IDB_OPTIONS + BLOCK_TAIL || state.interfaces.length >= INTERFACES_KEPT) {
    state.report('unknown-interface', at, IDB_OPTIONS + BLOCK_TAIL, length);
    return;
  }
  begin(state, block, IDB_OPTIONS);
  const { bytes, view } = block;
  const face = readInterface(
    bytes,
    view,
    at + IDB_FIELDS,
    state.little,
    state.options,
    state.interfaces.length,
  );
  tellBroken(state, block);
  state.addInterface(face);
  state.interfaces.push(face.facts);
}

export function takeStatistics(state: PcapngState, block: Block): void {
  const { view, at, length } = block;
  if (length < ISB_OPTIONS + BLOCK_TAIL) return;
  const index = view.getUint32(at + ISB_INTERFACE, state.little);
  if (index >= state.section.length) return;
  let dropped = 0;
  let told = false;
  const { options } = state;
  begin(state, block, ISB_OPTIONS);
  while (options.advance()) {
    if ((options.code !== ISB_IFDROP && options.code !== ISB_OSDROP) || options.length !== 8) continue;
    dropped += state.count64(view, options.at);
    told = true;
  }
  if (told) state.notes.statistics(state.section[index].id, dropped);
}

function begin(state: PcapngState, block: Block, options: number): void {
  state.options.begin(block.view, block.at + options, block.at + block.length - BLOCK_TAIL, state.little);
}

function tellBroken(state: PcapngState, block: Block): void {
  const { options } = state;
  if (!options.broken) return;
  state.report('bad-option', options.at, options.length, block.at + block.length - BLOCK_TAIL - options.at);
}
