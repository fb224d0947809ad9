import type { Damage } from '../capture/frame.ts';
import { counted } from './counts-words.ts';

/** What is damaged, what that means for the rest, as the end of `file: frame N, byte OFFSET: ...`. */
const WORDS: Record<Damage['kind'], string> = {
  'cut-in-header': 'the file ends inside its header',
  'cut-in-record': 'the file ends inside this frame; what came before is analysed',
  'record-too-long': 'the length of this record cannot be true',
  'bad-block-length': 'the length of this block cannot be true',
  'unknown-interface': 'the frame names an interface that the file does not describe',
  'bad-option': 'an option of this block is damaged and passed over',
  'unsupported-section': 'a section of a kind that is not supported; the rest of the file is not read',
  'time-out-of-range': 'the time of this frame is out of range',
  'compression-damaged': 'the compressed data is damaged; what came before is analysed',
  'file-changed': 'the file became shorter while it was read',
  'read-failed': 'reading failed; what came before is analysed',
};

const NO_RECORD = 'no record is here';

/** `need` and `have` of a kind, where they are not the bytes of something that ends too early. */
const FIGURES: Partial<Record<Damage['kind'], (need: number, have: number) => string>> = {
  'record-too-long': (need, have) => `${counted(need, 'byte')}, where ${have} are the most`,
  'bad-block-length': (need, have) => `${need} and ${have}`,
  'unknown-interface': (need, have) => `${need}, where ${have} are described`,
  'time-out-of-range': (need, have) => `a fraction of ${have}, where ${need} is the most`,
};

export function damageWords(file: string, damage: Damage): string {
  return `${file}: frame ${damage.frame}, byte ${damage.offset}: ${damageMessage(damage)}`;
}

/** Without the place. */
export function damageMessage(damage: Damage): string {
  const { kind, detail, count, need } = damage;
  const more = count > 1 ? `; and ${count - 1} more like this` : '';
  const words = kind === 'record-too-long' && need === null ? NO_RECORD : WORDS[kind];
  return `${words}${detail ? ` (${detail})` : ''}${figures(damage)}${more}${lossWords(damage)}`;
}

function figures({ kind, need, have }: Damage): string {
  if (need === null || have === null) return '';
  const words = FIGURES[kind] ?? (() => `${counted(need, 'byte')} expected, ${have} there`);
  return ` (${words(need, have)})`;
}

/** What is missing because of it, where that is not said with the kind. */
function lossWords({ lostBytes, count }: Damage): string {
  if (lostBytes === null) return '; the rest of the file is not read';
  if (lostBytes === 0) return '';
  return `; ${counted(lostBytes, 'byte')} are passed over${count > 1 ? ' in all' : ''}, then the file makes sense again`;
}
