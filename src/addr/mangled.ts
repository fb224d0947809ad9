/** What a name that is not UTF-8 becomes before a program of Node sees it: then it leads to no file. */
export function isMangled(path: string): boolean {
  return path.includes('\ufffd');
}

export const NOT_UTF8 =
  'its name is not UTF-8, so it cannot be opened; rename it, or give it on standard input (-)';
