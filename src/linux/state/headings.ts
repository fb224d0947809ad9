export interface Heading {
  /** Text without which a file need not be searched. */
  readonly sign: string;
  /** The whole heading without its last line's end; its first group is what it names. */
  readonly pattern: RegExp;
  readonly names: 'command' | 'path';
}

/** Headings that programs write above what they saved. */
export const HEADINGS: readonly Heading[] = [
  // supportconfig of SUSE: `#==[ Command ]====#` and `# /sbin/ip addr`, or `#==[ Configuration File ]==#` and `# /etc/hosts`.
  { sign: '#==[ C', pattern: /^#==\[ Command \]=*#?[ \t]*\r?\n# ?([^\n]*)/gm, names: 'command' },
  { sign: '#==[ ', pattern: /^#==\[ (?!Command)[^\]\n]*\]=*#?[ \t]*\r?\n# ?([^\n]*)/gm, names: 'path' },
  // head and tail of several files (coreutils, src/head.c write_header).
  { sign: '==> ', pattern: /^==> ([^\n]*) <==[ \t]*\r?$/gm, names: 'path' },
  // more of several files (util-linux, text-utils/more.c).
  { sign: ':::::', pattern: /^:{14}\r?\n([^\n]*)\n:{14}[ \t]*\r?$/gm, names: 'path' },
  // Paths as headings of their own: `### /proc/sys/net/ipv4/ip_forward ###`, `# cat` left out.
  {
    sign: '/etc/iproute2/',
    pattern: /^[#=*-]{2,}[ \t]*(\/etc\/iproute2\/\S+)[ \t=*#-]*\r?$/gm,
    names: 'path',
  },
  { sign: '/proc/sys/', pattern: /^[#=*-]{2,}[ \t]*(\/proc\/sys\/[^\s=:]+)[ \t=*#-]*\r?$/gm, names: 'path' },
];
