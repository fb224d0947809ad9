import { join } from 'node:path';
import type { Lab } from './lab.ts';
import type { Ping, Probe, Tcp, Udp } from './scenario.ts';

/** What the user at A's terminal saw. */
export interface ProbeResult {
  /** The command line as typed. */
  readonly command: string;
  readonly exit: number;
  readonly output: string;
  /** The application got its answer. A ping answered from another address is not answered, although ping exits 0. */
  readonly succeeded: boolean;
  readonly seconds: number;
  /** When it began, in seconds since the epoch. */
  readonly began: number;
}

/** The words that start one of the lab's own clients. */
function client(name: string): string[] {
  return [process.execPath, join(import.meta.dirname, 'programs', `${name}.mjs`)];
}

/** Runs the probe on A and waits for its end (a few seconds at most). */
export async function runProbe(lab: Lab, probe: Probe): Promise<ProbeResult> {
  const { argv, input, typed } = commandOf(probe);
  const began = Date.now();
  const outcome = await lab.run('a', argv, input);
  const output = outcome.stdout + outcome.stderr;
  return {
    command: typed,
    exit: outcome.exit,
    output,
    succeeded: outcome.exit === 0 && !output.includes('DIFFERENT ADDRESS'),
    seconds: (Date.now() - began) / 1000,
    began: began / 1000,
  };
}

function commandOf(probe: Probe): { argv: string[]; input?: string; typed: string } {
  const own = (name: string, words: string[]) => ({
    argv: [...client(name), ...words],
    typed: [name, ...words].join(' '),
  });
  if (probe.kind === 'udp') return own('udp-ask', udpWords(probe));
  if (probe.kind === 'tcp' && probe.bytes !== undefined) {
    return own('tcp-exchange', [probe.to, String(probe.port), probe.from, String(probe.bytes)]);
  }
  if (probe.kind === 'tcp' && probe.fetch !== undefined) {
    return own('tcp-fetch', [probe.to, String(probe.port), probe.from, String(probe.fetch)]);
  }
  const argv = probe.kind === 'ping' ? pingArgv(probe) : tcpArgv(probe);
  if (probe.kind === 'ping') return { argv, typed: argv.join(' ') };
  return { argv, input: 'hello\n', typed: `echo hello | ${argv.join(' ')}` };
}

function pingArgv(probe: Ping): string[] {
  const option = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [name, String(value)];
  const unbroken = probe.sizeUnbroken === undefined ? [] : ['-M', 'do', '-s', String(probe.sizeUnbroken)];
  return [
    'ping',
    '-n',
    ...(probe.to.includes(':') ? ['-6'] : []),
    ...option('-I', probe.bind),
    ...option('-t', probe.ttl),
    ...option('-Q', probe.tos),
    ...unbroken,
    ...['-c', String(probe.count ?? 3), '-i', String(probe.intervalS ?? 0.3), '-W', '1'],
    probe.to,
  ];
}

function tcpArgv(probe: Tcp): string[] {
  const family = probe.to.includes(':') ? '-6' : '-4';
  const options = ['--send-only', '-w', '2500ms', '-s', probe.from];
  return ['ncat', family, '-nv', ...options, probe.to, String(probe.port)];
}

function udpWords(probe: Udp): string[] {
  return [probe.to, String(probe.port), ...(probe.from ? [probe.from] : [])];
}
