import type { SourceFile } from '../../../src/addr/source.ts';
import { must, run } from '../command.ts';
import { addNamespace, inside, nameTables, removeNamespace } from '../namespace.ts';
import type { StateStyle } from './state-style.ts';
import { TABLE_NAMES } from './world.ts';

const LIMIT_MS = 60_000;
const CUT = '@@ cut @@';

/**
 * Carrier is noticed a moment later (linkwatch): until then flags and state of a link, and the routes, tell different
 * things. The last command waits for the lock under which routes are marked.
 */
const SETTLE =
  "for i in $(seq 60); do ip link | grep -qE ',UP(,M-DOWN)?>.* state (UP|UNKNOWN)|,LOWER_UP.* state (DOWN|LOWERLAYERDOWN)' || break; sleep 0.05; done; ip link set lo mtu 65536";

/** A namespace with the far ends of its links in another one. */
export interface Machine {
  readonly name: string;
  readonly far: string;
}

export async function makeMachine(lines: readonly string[]): Promise<Machine> {
  const [name, far] = [await addNamespace('host'), await addNamespace('far')];
  await nameTables(name, TABLE_NAMES);
  await must(inside(name, ['sh']), { input: scriptOf(lines, far), timeoutMs: LIMIT_MS });
  return { name, far };
}

export function removeMachine({ name, far }: Machine): void {
  removeNamespace(name);
  removeNamespace(far);
}

/** Runs of `ip` lines go through one `ip -batch` each; what the kernel refuses is left out. */
function scriptOf(lines: readonly string[], far: string): string {
  const out: string[] = [`FAR=${far}`];
  let open = '';
  for (const line of lines) {
    const [, program, words] = /^(ip(?: -6| -n \$FAR)?|sysctl -qw) (.*)$/.exec(line) ?? [];
    if (!program) throw new Error(`not a line of a plan: ${line}`);
    if (program !== open && open.startsWith('ip')) out.push('END');
    if (program.startsWith('ip') && program !== open)
      out.push(`${program} -force -batch - >/dev/null 2>&1 <<END`);
    out.push(program.startsWith('ip') ? words : settingLine(words));
    open = program;
  }
  if (open.startsWith('ip')) out.push('END');
  return `${out.join('\n')}\n${SETTLE}\n`;
}

/** Written straight to /proc: a process for each would take most of the time. */
function settingLine(words: string): string {
  const [key, value] = words.split('=');
  const path = key
    .split('.')
    .map((part) => part.replaceAll('/', '.'))
    .join('/');
  return `echo ${value} >/proc/sys/${path} 2>/dev/null`;
}

/** The state as a user would save it. */
export async function saveState({ name }: Machine, { files, pasted }: StateStyle): Promise<SourceFile[]> {
  const script = Object.values(files)
    .map((command) => `${command}\necho '${CUT}'`)
    .join('\n');
  const text = await must(inside(name, ['sh']), { input: script, timeoutMs: LIMIT_MS });
  const texts = text.replace(/link-netns \S+/g, 'link-netnsid 0').split(`${CUT}\n`);
  const saved = Object.keys(files).map((path, i) => ({ path, text: texts[i] ?? '' }));
  if (!pasted) return saved;
  return [
    {
      path: 'everything.txt',
      text: saved.map((one) => `# ${files[one.path].replace(/ 2>.*/, '')}\n${one.text}`).join(''),
    },
  ];
}

/** One question and all that the kernel says to it. */
export interface KernelAnswer {
  readonly query: string;
  /** `ip route get`: its first line, or what it printed instead. */
  readonly line: string;
  /** The object of `ip -j route get`; null where it failed. */
  readonly json: KernelRoute | null;
  /** The next hops of the matched entry (`fibmatch`), where it has several: [device, gateway or ""]. */
  readonly hops: readonly (readonly [string, string])[];
  /** The matched entry has a nexthop object. */
  readonly viaObject: boolean;
}

export interface KernelRoute {
  readonly type?: string;
  readonly dst?: string;
  readonly dev?: string;
  readonly gateway?: string;
  readonly via?: { readonly host: string };
  readonly prefsrc?: string;
  readonly table?: string;
  readonly nexthops?: readonly KernelRoute[];
  readonly nhid?: number;
}

/** All questions at once: as text, as JSON, and for the matched entries. */
export async function ask({ name }: Machine, queries: readonly string[]): Promise<KernelAnswer[]> {
  const get = queries.map((query) => `route get ${query}`);
  const [text, json, entries] = await Promise.all([
    batch(name, [], get),
    batch(name, ['-j'], get),
    batch(
      name,
      ['-j'],
      queries.map((query) => `route get fibmatch ${query}`),
    ),
  ]);
  return queries.map((query, i) => {
    const entry = routeIn(entries[i]);
    return {
      query,
      line: text[i],
      json: routeIn(json[i]),
      hops: entry ? hopsOf(entry) : [],
      viaObject: entry?.nhid !== undefined,
    };
  });
}

function routeIn(line: string): KernelRoute | null {
  return line.startsWith('[') ? (JSON.parse(line) as KernelRoute[])[0] : null;
}

function hopsOf({ nexthops = [] }: KernelRoute): [string, string][] {
  return nexthops.map(({ dev, gateway, via }) => [dev ?? '', gateway ?? via?.host ?? '']);
}

/** The first line that each command of a batch printed; for those that failed what stands before `Command failed -:N`. */
async function batch(name: string, flags: readonly string[], commands: readonly string[]): Promise<string[]> {
  const argv = inside(name, ['ip', ...flags, '-force', '-batch', '-']);
  const { stdout, stderr } = await run(argv, { input: `${commands.join('\n')}\n`, timeoutMs: LIMIT_MS });
  const failed = new Map<number, string>();
  for (const [, said, line] of stderr.matchAll(/(.*)\nCommand failed -:(\d+)/g))
    failed.set(Number(line) - 1, said);
  const printed = stdout.split('\n').filter((line) => /^[^\s]/.test(line));
  if (printed.length + failed.size !== commands.length)
    throw new Error(
      `${commands.length} questions, ${printed.length} answers, ${failed.size} errors: ${stderr.slice(-400)}`,
    );
  return commands.map((_, i) => failed.get(i) ?? printed.shift() ?? '');
}
