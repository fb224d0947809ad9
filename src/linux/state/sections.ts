import type { SourceFile } from '../../addr/source.ts';
import { HEADINGS } from './headings.ts';
import { hintOfCommand, hintOfPath } from './hint.ts';
import type { Hint, Section } from './section.ts';

/** Commands whose output is read, or known and passed over. */
const COMMAND =
  '(?:sudo[ \\t]+(?:-n[ \\t]+)?)?(?:/[\\w/]*/)?(?:ip|route|netstat|ifconfig|arp|sysctl|cat|head|tail|grep|nft|iptables|ip6tables|iptables-save|ip6tables-save|ss|hostname|uname|nstat|conntrack)(?=[ \\t\\r\\n]|$)';

/** A mark that ends a prompt (`#`, `$`, `>`, `%`), a shell's trace (`+`) or a heading (`=`, `*`, `-`), then a command. */
const MARKED = new RegExp(`[#$>%+=*-][ \\t]*(${COMMAND}[^\\n]*)`, 'g');
/** A command with nothing before it; only such as no listing has as a line of its own. */
const BARE =
  /^[ \t]*((?:sudo[ \t]+)?(?:ip[ \t]+(?:-\S+[ \t]+)*(?:a|addr|address|l|link|r|ro|route|ru|rule|n|neigh|nexthop)(?:[ \t][^\n]*)?|(?:route|netstat|arp)[ \t]+-[^\n]*|ifconfig(?:[ \t]+-a)?|sysctl[ \t]+-[^\n]*|ss[ \t]+-[^\n]*|nstat[ \t]+-[^\n]*|conntrack[ \t]+-[^\n]*|nft[ \t]+list[ \t][^\n]*|ip6?tables-save(?:[ \t]+-[^\n]*)?|cat[ \t]+\/[^\n]*|uname[ \t]+-[^\n]*))\r?$/gm;

/** What may stand before a command on its line: a prompt (`root@b:~#`, `[root@b ~]$`), trace marks, a heading's marks. */
const PROMPT =
  /^[ \t]*(?:\S{0,80}[#$>%]|\[[^\]\n]{1,80}\][#$%]|\(\S{1,40}\) ?\S{0,80}[#$>%]|\S{1,40} \S{1,40}[#$%]|[#=*+\->\t ]{0,80})[ \t]*$/;

/** A person pastes from a few shells, and a few dozen commands; a hostile file may not make us walk it for each. */
const MOST_PROMPTS = 8;
const MOST_COMMANDS = 1000;

interface CommandLine {
  readonly lineStart: number;
  readonly lineEnd: number;
  readonly hint: Hint;
  /** What stands before the command, where one does. */
  readonly prompt: string;
}

/** Splits a file at the command lines and headings in it; a file without any is one section. */
export function sectionsOf(source: SourceFile): Section[] {
  const commands = commandLines(source.text);
  const sections: Section[] = [];
  const begin = commands.length > 0 ? commands[0].lineStart : source.text.length;
  if (commands.length === 0 || source.text.slice(0, begin).trim() !== '')
    sections.push({ source, start: 0, end: begin, hint: hintOfPath(source.path) });
  for (const [i, { lineEnd, hint }] of commands.entries()) {
    const end = i + 1 < commands.length ? commands[i + 1].lineStart : source.text.length;
    sections.push({ source, start: Math.min(lineEnd, end), end, hint });
  }
  return sections;
}

function commandLines(text: string): CommandLine[] {
  const found = new Map<number, CommandLine>();
  for (const one of headings(text)) found.set(one.lineStart, one);
  const within = [...found.values()];
  for (const pattern of [MARKED, BARE]) {
    for (const match of text.matchAll(pattern)) {
      const line = lineAround(text, match.index, match[1], match[0].indexOf(match[1]));
      if (line && !found.has(line.lineStart) && !isInside(within, line.lineStart))
        found.set(line.lineStart, line);
    }
  }
  if (found.size === 0) return [];
  addOtherPrompts(text, found);
  return [...found.values()].sort((a, b) => a.lineStart - b.lineStart).slice(0, MOST_COMMANDS);
}

/** Of several lines each, as `#==[ Command ]==#` and the command below it. */
function headings(text: string): CommandLine[] {
  return HEADINGS.flatMap(({ sign, pattern, names }) => {
    if (!text.includes(sign)) return [];
    return [...text.matchAll(pattern)].slice(0, MOST_COMMANDS).map((match) => {
      const lineEnd = match.index + match[0].length + 1;
      const hint = names === 'path' ? hintOfPath(match[1]) : hintOfCommand(match[1]);
      return { lineStart: match.index, lineEnd, hint, prompt: '' };
    });
  });
}

function isInside(headings: readonly CommandLine[], at: number): boolean {
  return headings.some(({ lineStart, lineEnd }) => at > lineStart && at < lineEnd);
}

function lineAround(text: string, at: number, command: string, mark: number): CommandLine | undefined {
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  const newline = text.indexOf('\n', at);
  const lineEnd = newline < 0 ? text.length : newline + 1;
  const prompt = text.slice(lineStart, at + mark);
  if (at - lineStart > 200 || !PROMPT.test(prompt)) return undefined;
  const bare = command.slice(0, 300).replace(/[\s=*#-]+$/, '');
  return { lineStart, lineEnd, hint: hintOfCommand(bare), prompt };
}

/**
 * Lines that begin with a prompt already seen hold a command that we do not know: what follows belongs to it. A lone `#`
 * is a comment as well, so that it must be part of more.
 */
function addOtherPrompts(text: string, found: Map<number, CommandLine>): void {
  const prompts = new Set([...found.values()].map(({ prompt }) => prompt.trimEnd()));
  for (const prompt of [...prompts].slice(0, MOST_PROMPTS)) {
    if (!/\w.*[#$>%]$|^\$$|^\++$|^[=*#-]{2,}$/.test(prompt)) continue;
    for (let at = text.indexOf(prompt); at >= 0; at = text.indexOf(prompt, at + prompt.length)) {
      if ((at > 0 && text[at - 1] !== '\n') || found.has(at)) continue;
      const newline = text.indexOf('\n', at);
      const lineEnd = newline < 0 ? text.length : newline + 1;
      const rest = text.slice(at + prompt.length, Math.min(lineEnd, at + 300));
      // `+++` or `====` under a title is no prompt; a command follows a blank or the prompt itself.
      if (/^[\s=*#+-]*$/.test(rest) && !/\w/.test(prompt)) continue;
      found.set(at, { lineStart: at, lineEnd, hint: hintOfCommand(rest.trim()), prompt });
    }
  }
}
