import { type Judgement, judge, stateOf } from './judge.ts';
import { ask, type KernelAnswer, makeMachine, removeMachine, saveState } from './machine.ts';
import type { StateStyle } from './state-style.ts';

/** A question whose answers differ, with the lines that are needed for it. */
export interface Difference {
  readonly seed: number;
  readonly lines: readonly string[];
  readonly style: StateStyle;
  readonly kernel: KernelAnswer;
  readonly wayhome: string;
}

/** At most so many namespaces are built to make a difference smaller. */
const MOST_TRIALS = 120;

/** Leaves out halves, quarters ... single lines, as long as the answers still differ. */
export async function shrink(difference: Difference): Promise<Difference> {
  let best = difference;
  let trials = 0;
  for (let size = Math.ceil(best.lines.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < best.lines.length && trials < MOST_TRIALS; ) {
      const lines = best.lines.filter((_, i) => i < at || i >= at + size);
      trials++;
      const smaller = await tryAgain({ ...best, lines });
      if (smaller) best = smaller;
      else at += size;
    }
  }
  return best;
}

/** Null where the answers agree, or cannot be had, with these lines. */
async function tryAgain(difference: Difference): Promise<Difference | null> {
  const machine = await makeMachine(difference.lines);
  try {
    const state = stateOf(await saveState(machine, difference.style));
    const [kernel] = await ask(machine, [difference.kernel.query]);
    const said: Judgement = judge(state, kernel);
    return said.kind === 'differs' && !lostItsDevice(difference.kernel, kernel)
      ? { ...difference, kernel, wayhome: said.wayhome }
      : null;
  } finally {
    removeMachine(machine);
  }
}

/** Without the device that the question names the difference is another one. */
function lostItsDevice(before: KernelAnswer, after: KernelAnswer): boolean {
  return /^Cannot find device/.test(after.line) && after.line !== before.line;
}

/** Shell lines that show it by hand, as root. */
export function reproduction({ lines, style, kernel, wayhome }: Difference): string {
  const host = 'wayhome-fuzz';
  const inHost = (line: string) => (line.startsWith('ip -n $FAR') ? line : `ip netns exec ${host} ${line}`);
  const save = Object.entries(style.files).map(([file, command]) => `${command} >state/${file}`);
  return [
    `FAR=${host}-far; ip netns add ${host}; ip netns add $FAR; mkdir -p state`,
    ...lines.map(inHost),
    `ip netns exec ${host} sh <<'END'\n${save.join('\n')}\nEND`,
    `ip netns exec ${host} ip route get ${kernel.query}`,
    `#  kernel:  ${kernel.line.trim()}${kernel.hops.length > 0 ? ` (of ${JSON.stringify(kernel.hops)})` : ''}`,
    `wayhome route get ${kernel.query} --host state`,
    `#  wayhome: ${wayhome}`,
    `ip netns del ${host}; ip netns del $FAR`,
  ].join('\n');
}
