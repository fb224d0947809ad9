import type { SourceFile } from '../../../src/addr/source.ts';

/** What people do to the files of a host before they hand them on: `files` as `ip` printed them, one command each. */
export const PASTED: Readonly<Record<string, (files: readonly SourceFile[]) => SourceFile[]>> = {
  'a root shell': (files) => paste(files, (command) => `root@serverB:~# ${command}`),
  'a shell of another folder each': (files) =>
    paste(files, (command, i) => `[admin@serverB /srv/${i}]$ sudo ${command}`),
  'a bare prompt': (files) => paste(files, (command) => `$ ${command}`),
  'commands without a prompt': (files) => paste(files, (command) => command),
  'set -x': (files) => paste(files, (command) => `+ ${command}`),
  'headings of marks': (files) => paste(files, (command) => `\n### ${command} ###`),
  'headings of equal signs': (files) => paste(files, (command) => `=== /usr/sbin/${command} ===`),
  'tail of several files': (files) =>
    files.length < 2 ? [] : [joined(files.map(({ path, text }) => `==> saved/${path} <==\n${text}`))],
  'more of several files': (files) => [
    joined(files.map(({ path, text }) => `::::::::::::::\n${path}\n::::::::::::::\n${text}`)),
  ],
  supportconfig: (files) => [joined(files.map(inSupportconfig))],
  'a ticket, quoted': (files) =>
    paste(files, (command) => `$ ${command}`).map((one) => eachLine(one, (line) => `> ${line}`.trimEnd())),
  'a ticket, quoted twice': (files) =>
    paste(files, (command) => `$ ${command}`).map((one) => eachLine(one, (line) => `> > ${line}`)),
  'a block of code': (files) =>
    paste(files, (command) => `$ ${command}`).map((one) => eachLine(one, (line) => `    ${line}`)),
  'a fence of code': (files) => paste(files, (command) => `# ${command}\n\`\`\``, '```\n'),
  'one file each, carriage returns': (files) => files.map((one) => eachLine(one, (line) => `${line}\r`)),
  'one file each, byte order mark': (files) =>
    files.map(({ path, text }) => ({ path, text: `\ufeff${text}` })),
  'one file each, tabs': (files) =>
    files.map(({ path, text }) => ({ path, text: text.replace(/(?<=\S) /g, '\t') })),
  'one file each, blanks of a web page': (files) =>
    files.map(({ path, text }) => ({ path, text: text.replaceAll(' ', '\u00a0') })),
  'one file each, colours whose escape was lost': (files) =>
    files.map(({ path, text }) => ({ path, text: text.replace(/\b10\.\d+\.\d+\.\d+/g, '^[[35m$&^[[0m') })),
};

const COMMANDS: Readonly<Record<string, string>> = {
  'ip-addr': 'ip addr',
  'ip-link': 'ip link',
  'ip-rule': 'ip rule',
  'ip-route-all': 'ip route show table all',
  'ip-neigh': 'ip neigh',
  'ip-nexthop': 'ip nexthop',
  'ip-6-rule': 'ip -6 rule',
  'ip6-rule': 'ip -6 rule',
  'ip6-route-all': 'ip -6 route show table all',
  rt_tables: 'cat /etc/iproute2/rt_tables',
  'sysctl-a': 'sysctl -a',
};

export function commandOf(path: string): string {
  const command = COMMANDS[path.replace(/\.\w+$/, '')];
  if (command === undefined) throw new Error(`no command for ${path}`);
  return command;
}

function joined(texts: readonly string[]): SourceFile {
  return { path: 'pasted', text: texts.join('\n') };
}

function paste(
  files: readonly SourceFile[],
  heading: (command: string, i: number) => string,
  after = '',
): SourceFile[] {
  return [joined(files.map(({ path, text }, i) => `${heading(commandOf(path), i)}\n${text}${after}`))];
}

function inSupportconfig({ path, text }: SourceFile): string {
  const command = commandOf(path);
  const heading = command.startsWith('cat ')
    ? `#==[ Configuration File ]===========================#\n# ${command.slice(4)}`
    : `#==[ Command ]======================================#\n# /sbin/${command}`;
  const other = '#==[ Command ]======================================#\n# /usr/bin/uptime\n up 3 days\n';
  return `${heading}\n${text}\n${other}`;
}

function eachLine({ path, text }: SourceFile, change: (line: string) => string): SourceFile {
  const lines = text.replace(/\n$/, '').split('\n');
  return { path, text: `${lines.map(change).join('\n')}\n` };
}
