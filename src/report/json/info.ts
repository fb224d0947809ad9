import { formatIso } from '../../addr/time.ts';
import type { CaptureFacts, CaptureInterface } from '../../capture/frame.ts';
import { PacketCounts } from '../../decode/counts.ts';
import type { CaptureInfo, ReadCapture, UnreadCapture } from '../capture-info.ts';
import { damageMessage } from '../damage-words.ts';
import { linkTypeName } from '../link-type-words.ts';
import { problemWords } from '../problem-words.ts';
import { jsonText } from './json-text.ts';

/** One object a file, on one line, so that the n-th line tells of the n-th file. */
export function renderInfoJson(info: CaptureInfo): string {
  return `${jsonText(info.kind === 'read' ? readJson(info) : unreadJson(info))}\n`;
}

function readJson({ facts, counts, bytes, first, last, backwards, undecoded }: ReadCapture) {
  const { file, format, byteOrder, compression, frames, comments, dropped, damage } = facts;
  return {
    file,
    format,
    byteOrder,
    compression,
    bytes,
    frames,
    first: first && formatIso(first),
    last: last && formatIso(last),
    backwards,
    interfaces: facts.interfaces.map(interfaceJson),
    counts: { ...counts },
    undecoded: undecoded.map((one) => ({ ...one, name: linkTypeName(one.linkType) })),
    comments: comments.length,
    dropped,
    damage: damage.map(damageJson),
    problem: null,
  };
}

function interfaceJson({ name, filter, linkType, snapLength, resolutionNs }: CaptureInterface) {
  return { name, filter, linkType, linkTypeName: linkTypeName(linkType), snapLength, resolutionNs };
}

function damageJson(one: CaptureFacts['damage'][number]) {
  const { kind, frame, offset, count, lostBytes } = one;
  return { kind, frame, offset, count, lostBytes, message: damageMessage(one) };
}

/** The same names, so that a script need not look at `problem` first. */
function unreadJson({ problem }: UnreadCapture) {
  return {
    file: problem.file,
    format: null,
    byteOrder: null,
    compression: null,
    bytes: 0,
    frames: 0,
    first: null,
    last: null,
    backwards: 0,
    interfaces: [],
    counts: { ...new PacketCounts() },
    undecoded: [],
    comments: 0,
    dropped: null,
    damage: [],
    problem: { kind: problem.kind, message: problemWords(problem) },
  };
}
