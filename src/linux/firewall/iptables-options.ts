/** One option of a rule with its values: `! --dport 22`, `-m tcp`, `--tcp-flags FIN,SYN SYN`. */
export interface Option {
  readonly name: string;
  readonly values: readonly string[];
  readonly not: boolean;
}

/** The options of a rule's line in order. iptables-save writes `!` before an option; old versions after it. */
export function optionsOf(words: readonly string[]): Option[] {
  const options: Option[] = [];
  let not = false;
  for (let i = 0; i < words.length; ) {
    const word = words[i++];
    if (word === '!') {
      not = true;
      continue;
    }
    const values: string[] = [];
    while (i < words.length && !isOption(words[i])) {
      if (words[i] !== '!') values.push(words[i]);
      else if (isOption(words[i + 1] ?? '-')) break;
      else not = true;
      i++;
    }
    options.push({ name: word, values, not });
    not = false;
  }
  return options;
}

function isOption(word: string): boolean {
  return /^--?[a-z]/i.test(word);
}

/** Words of an iptables-save line; quoted ones may hold spaces and escaped quotes, and are never options. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  for (const [word] of line.matchAll(/"(?:[^"\\]|\\.)*"?|[^\s"]+/g)) {
    words.push(word.startsWith('"') ? `"${word.slice(1).replace(/"$/, '').replace(/\\(.)/g, '$1')}` : word);
  }
  return words;
}

export function unquoted(word: string | undefined): string {
  return word?.replace(/^"/, '') ?? '';
}
