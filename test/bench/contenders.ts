import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, type Contender, found } from './measure.ts';

const FILTER = 'icmp or tcp[tcpflags] & tcp-syn != 0';
const HERE = fileURLToPath(new URL('.', import.meta.url));

/** Where the tree that is measured lies. */
const root = process.env.WAYHOME_BENCH_ROOT ?? '.';
const WAYHOME = [process.execPath, join(root, 'bin/wayhome')];

export const VERSION = [...WAYHOME, '--version'];

/** `sources` as on the command line; the report must tell of so many frames. */
export function wayhome(sources: readonly string[], frames: number, from?: readonly string[]): Contender {
  return { name: 'wayhome', commands: [analysis(sources, frames, from)] };
}

export function analysis(sources: readonly string[], frames: number, from?: readonly string[]): Command {
  const check = (output: string): void => checkFrames(output, frames);
  const argv = [...WAYHOME, 'analyze', '--format', 'json', ...sources];
  return from ? { argv, from, check } : { argv, check };
}

function checkFrames(output: string, frames: number): void {
  const { captures } = JSON.parse(output) as { captures: { frames: number }[] };
  const read = captures.reduce((sum, one) => sum + one.frames, 0);
  if (read !== frames) throw new Error(`wayhome read ${read} of ${frames} frames`);
}

/** Without `-Z root` tcpdump, run as root, gives /dev/null away to another user. */
export function tcpdump(file: string): Contender {
  const argv = ['tcpdump', '-Z', 'root', '-r', file, '-w', '/dev/null', FILTER];
  return { name: 'tcpdump', needs: 'tcpdump', commands: [{ argv }] };
}

export function tshark(file: string): Contender {
  const argv = ['tshark', '-r', file, '-q', '-z', 'icmp,srt'];
  return { name: 'tshark -z icmp,srt', needs: 'tshark', commands: [{ argv }] };
}

export function pcapParser(file: string): Contender {
  const argv = [process.execPath, join(HERE, 'count-pcap-parser.js'), file];
  return { name: 'pcap-parser, counting', commands: [{ argv }] };
}

/** As `cat FILE > /dev/null` in a shell. */
export function cat(file: string): Contender {
  return discarding('cat', 'cat', [file]);
}

/** Reads and writes, but keeps nothing. */
export function discarding(name: string, program: string, args: readonly string[]): Contender {
  return {
    name,
    needs: program,
    commands: [{ argv: ['sh', '-c', 'exec "$@" > /dev/null', 'sh', program, ...args] }],
  };
}

/** The same on the first core alone, where that can be asked for. */
export function pinned(contender: Contender): Contender {
  if (!canPin()) return contender;
  const commands = contender.commands.map((one) => ({ ...one, argv: ['taskset', '-c', '0', ...one.argv] }));
  return { ...contender, commands };
}

export function canPin(): boolean {
  return found('taskset');
}
