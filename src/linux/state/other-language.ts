import type { SourceFile } from '../../addr/source.ts';
import type { StateProblem } from '../host-state.ts';

const PEEK_CHARACTERS = 16384;
const ADDRESS = '\\d{1,3}(?:\\.\\d{1,3}){3}';

/** Lines that net-tools print in every language alike, below headings that they translate. */
const LINES: readonly RegExp[] = [
  /** `route -n`, `netstat -rn` */
  new RegExp(
    `^${ADDRESS}[ \\t]+(?:${ADDRESS}|-|\\*)[ \\t]+${ADDRESS}[ \\t]+[UGHRDMAC!]+[ \\t]+\\S.*[ \\t]\\S+[ \\t]*\\r?$`,
    'm',
  ),
  /** `ifconfig` of older ones: `eth0      Lien encap:Ethernet  HWaddr` */
  /^\S+[ \t]+\S+ encap:\S/m,
];

/** Whether a text that is no listing would be one, had the command spoken English. */
function isInOtherLanguage({ text }: SourceFile): boolean {
  const head = text.slice(0, PEEK_CHARACTERS);
  return LINES.some((line) => line.test(head));
}

/** What to say of a text that is neither a listing nor configuration. */
export function notRecognised(source: SourceFile): StateProblem {
  return { kind: isInOtherLanguage(source) ? 'other-language' : 'file-not-recognised', path: source.path };
}
