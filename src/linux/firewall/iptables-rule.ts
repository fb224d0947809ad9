import type { Clause } from './clause.ts';
import { clausesOfMatch } from './iptables-match.ts';
import { type Option, optionsOf, unquoted, wordsOf } from './iptables-options.ts';
import { clausesOfTarget } from './iptables-target.ts';

export interface IptablesRule {
  readonly chain: string;
  readonly clauses: readonly Clause[];
  /** Null without `-c`. */
  readonly packets: number | null;
}

/** `[3:252] -A INPUT -p tcp -m tcp --dport 22 -j ACCEPT`. Undefined: the line appends no rule. */
export function iptablesRule(
  line: string,
  header: 'ip' | 'ip6',
  chains: ReadonlySet<string>,
): IptablesRule | undefined {
  const match = /^(?:\[(\d+):\d+\] )?(?:-A|--append) (\S+)(?: (.*))?$/.exec(line);
  if (!match) return undefined;
  const packets = match[1] === undefined ? null : Number(match[1]);
  const options = optionsOf(wordsOf(match[3] ?? ''));
  const at = options.findIndex(({ name }) => ['-j', '-g', '--jump', '--goto'].includes(name));
  const counter: Clause[] = packets === null ? [] : [{ kind: 'counter', packets }];
  const clauses = [
    ...matchesOf(at < 0 ? options : options.slice(0, at), header),
    ...counter,
    ...(at < 0 ? [] : target(options.slice(at), header, chains)),
  ];
  return { chain: match[2], clauses, packets };
}

function target(options: readonly Option[], header: 'ip' | 'ip6', chains: ReadonlySet<string>): Clause[] {
  const [{ name, values }, ...rest] = options;
  const isGoto = name === '-g' || name === '--goto';
  return clausesOfTarget({ header, name: unquoted(values[0]), options: rest, isGoto }, chains);
}

/** Options belong to the `-m` before them. */
function matchesOf(options: readonly Option[], header: 'ip' | 'ip6'): Clause[] {
  const clauses: Clause[] = [];
  let module = '';
  let own: Option[] = [];
  const close = () => {
    if (module !== '' || own.length > 0) clauses.push(...clausesOfMatch({ header, module, options: own }));
  };
  for (const option of options) {
    if (option.name === '-m' || option.name === '--match') {
      close();
      module = unquoted(option.values[0]);
      own = [];
    } else own.push({ ...option, values: option.values.map(unquoted) });
  }
  close();
  return clauses;
}
