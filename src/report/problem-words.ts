import { formatIp } from '../addr/ip.ts';
import { quoteOf, type Span } from '../addr/source.ts';
import type { Sighting } from '../exchange/sighting.ts';
import { damageWords } from './damage-words.ts';
import { linkTypeWords } from './link-type-words.ts';
import { duration } from './moment.ts';
import type { Problem } from './problem.ts';

type Kind = Problem['kind'];
type Of<K extends Kind> = Extract<Problem, { kind: K }>;

/** One line: where (file:line:column, frame and byte offset), what, and what to do. */
export function problemWords(problem: Problem): string {
  const words = WORDS[problem.kind] as (one: Problem) => string;
  return words(problem);
}

/** Errors cost an input; warnings do not. */
export function severityOf(problem: Problem): 'error' | 'warning' {
  return ERRORS.has(problem.kind) ? 'error' : 'warning';
}

const ERRORS: ReadonlySet<Kind> = new Set<Kind>([
  'unreadable',
  'empty',
  'not-a-capture',
  'unsupported',
  'file-unreadable',
  'json-damaged',
  'host-without-input',
  'nothing-to-analyse',
  'unknown-clock-host',
]);

const WORDS: { readonly [K in Kind]: (one: Of<K>) => string } = {
  unreadable: (one) => `cannot read ${one.file}: ${one.reason}`,
  empty: (one) =>
    `${one.file}: holds no bytes; was the capture written to its end (tcpdump -U, or stop it with Ctrl-C)?`,
  'not-a-capture': (one) =>
    `${one.file}: neither pcap nor pcapng (begins with ${one.firstBytes}); ${one.piped ? 'a pipe is read as a capture, a host state must be a file' : 'write it with tcpdump -w'}`,
  unsupported: (one) => `${one.file}: ${one.what} is not supported`,
  damage: (one) => damageWords(one.file, one.damage),
  'line-not-understood': (one) =>
    `${place(one.span)}: not understood, expected ${one.expected}: ${quoteOf(one.span).text}`,
  'word-not-understood': (one) =>
    `${place(one.span)}: the word '${one.word}' is not understood, so what it changes is not known: ${quoteOf(one.span).text}`,
  'file-not-recognised': (one) =>
    `${one.path}: neither a capture nor a host state that is known; passed over`,
  'other-language': (one) =>
    `${one.path}: looks like a listing in another language than English; passed over, save it again with LC_ALL=C before the command`,
  configuration: (one) =>
    `${one.path}: configuration, which tells what the next start sets up and not what the kernel has; passed over (ip route show table all and ip rule tell that)`,
  'file-unreadable': (one) => `cannot read ${one.path}: ${one.reason}`,
  'listing-too-long': (one) =>
    `${place(one.span)}: more than ${one.most} entries; those from here on are not used`,
  'archive-incomplete': (one) => `${one.path}: read in part: ${one.reason}`,
  'json-damaged': (one) =>
    `${one.path}:${one.line}: damaged JSON: ${one.reason}; save the command's output again`,
  contradiction: (one) =>
    `${place(one.second)}: ${one.what} differs from ${place(one.first)}; the latter is used, were both saved at the same time?`,
  'path-twice': (one) => `${one.path} was given twice for ${one.host}; it is read once`,
  'path-of-two-hosts': (one) =>
    `${one.path} was given for ${one.hosts.join(' and ')}; a capture or state belongs to one host`,
  'same-capture': (one) =>
    `${one.file} of ${one.host} holds the same frames as ${one.otherFile} of ${one.other}; a capture belongs to one host, was a copy given by mistake?`,
  'host-without-input': (one) =>
    `${one.host}: neither a capture nor a host state was found in what was given for it`,
  'nothing-to-analyse': () =>
    'nothing to analyse: no capture could be read; give one as HOST=FILE (made with tcpdump -i any -w FILE)',
  'unknown-clock-host': (one) =>
    `--clock names ${one.host}, but the hosts are ${one.known.join(', ')}; use one of these names`,
  'kernel-drops': (one) =>
    `${one.file}: the kernel dropped ${one.dropped} packets while capturing on ${one.host}; a larger buffer (tcpdump -B) or a filter helps`,
  'time-goes-back': (one) =>
    `${one.file}: frame ${one.frame}: time goes back by ${duration(one.nanos)}, so replies may be missed; sort it (reordercap ${one.file} sorted.pcap), or give the pieces it was made of as files`,
  'state-of-another-host': (one) =>
    `the state given for ${one.host} does not fit its captures and is not used: ${misfit(one.frame)}${one.bearer ? `; ${formatIp(one.frame.src)} is in the state given for ${one.bearer}, were they exchanged?` : '; was it saved on another host, or in another network namespace?'}`,
  'other-indexes': (one) =>
    `${one.file}: interface indexes are not those of the state of ${one.host} (saved before or after a restart?); interfaces go by their hardware addresses`,
  'clock-set': (one) =>
    `${one.file}: frame ${one.frame}: the clock of ${one.host} was set ${one.nanos < 0 ? 'back' : 'forward'} by ${duration(Math.abs(one.nanos))}, as packets tell that ${one.relativeTo} saw as well; what follows is put beside what others saw with regard to that`,
  'link-type-not-decoded': (one) =>
    `${one.file}: ${linkTypeWords(one.linkType)} is not decoded${one.frames === null ? '' : ` (${one.frames} frames)`}; capture with -y EN10MB, or -i any`,
  'frames-cut': (one) =>
    `${one.file}: ${one.cut} of ${one.frames} frames are cut too short to tell requests and replies; capture with a larger snap length (tcpdump -s 0)`,
  'left-early': (one) =>
    `${one.exchanges} exchanges were closed before their time, because too many were open at once; allow more with --open-limit, or narrow the input with --between, --port or --since`,
  'ambiguous-replies': (one) =>
    `${one.replies} replies fit several requests; which one they answer is not told`,
};

function misfit({ file, frame, direction, src, macSource }: Sighting): string {
  const [address, mac] = [formatIp(src), macSource === null ? '' : ` (${macSource})`];
  return direction === 'in'
    ? `${file}: frame ${frame} comes in from ${address}${mac}, which it says is its own`
    : `${file}: frame ${frame} goes out from ${address}${mac}, of which it knows nothing`;
}

function place(span: Span): string {
  const quote = quoteOf(span);
  return `${quote.file}:${quote.line}:${quote.column}`;
}
