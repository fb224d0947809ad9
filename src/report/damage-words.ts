import type { Damage } from '../capture/frame.ts';
import { counted } from './counts-words.ts';

/** What is damaged, what that means for the rest, as the end of `file: frame N, byte OFFSET: ...`. */
const WORDS: Record<Damage['kind'], string> = {
  'cut-in-header': 'the file ends inside its header',
  'cut-in-record': 'the file ends inside this frame; what came before is analysed',
  'record-too-long':
    'the length of this record cannot be true; what follows is skipped up to where records make sense again',
  'bad-block-length': 'the length of this block cannot be true; the rest of the file is not read',
  'unknown-interface': 'the frame names an interface that the file does not describe; it is passed over',
  'bad-option': 'an option of this block is damaged and passed over',
  'unsupported-section': 'a section of a kind that is not supported; it is passed over',
  'time-out-of-range': 'the time of this frame is out of range',
  'compression-damaged': 'the compressed data is damaged; what came before is analysed',
  'file-changed': 'the file became shorter while it was read',
  'read-failed': 'reading failed; what came before is analysed',
};

export function damageWords(file: string, damage: Damage): string {
  return `${file}: frame ${damage.frame}, byte ${damage.offset}: ${damageMessage(damage)}`;
}

/** Without the place. */
export function damageMessage(damage: Damage): string {
  const { kind, detail, need, have, count } = damage;
  const bytes = need !== null && have !== null ? ` (${counted(need, 'byte')} expected, ${have} there)` : '';
  const more = count > 1 ? `; and ${count - 1} more like this` : '';
  return `${WORDS[kind]}${detail ? ` (${detail})` : ''}${bytes}${more}`;
}
