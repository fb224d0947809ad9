import type { Lab } from './lab.ts';
import type { Probe } from './scenario.ts';

/** What the user at A's terminal saw. */
export interface ProbeResult {
  /** The command line as typed. */
  readonly command: string;
  readonly exit: number;
  readonly output: string;
  /** The application got its answer. A ping answered from another address is not answered, although ping exits 0. */
  readonly succeeded: boolean;
  readonly seconds: number;
}

/** Runs the probe on A and waits for its end (a few seconds at most). */
export async function runProbe(lab: Lab, probe: Probe): Promise<ProbeResult> {
  const argv = probe.kind === 'ping' ? pingArgv(probe) : tcpArgv(probe);
  const began = Date.now();
  const outcome = await lab.run('a', argv, probe.kind === 'tcp' ? 'hello\n' : undefined);
  const output = outcome.stdout + outcome.stderr;
  return {
    command: `${probe.kind === 'tcp' ? 'echo hello | ' : ''}${argv.join(' ')}`,
    exit: outcome.exit,
    output,
    succeeded: outcome.exit === 0 && !output.includes('DIFFERENT ADDRESS'),
    seconds: (Date.now() - began) / 1000,
  };
}

function pingArgv(probe: Extract<Probe, { kind: 'ping' }>): string[] {
  const family = probe.to.includes(':') ? ['-6'] : [];
  const bind = probe.bind ? ['-I', probe.bind] : [];
  const ttl = probe.ttl ? ['-t', String(probe.ttl)] : [];
  const pace = ['-c', String(probe.count ?? 3), '-i', String(probe.intervalS ?? 0.3), '-W', '1'];
  return ['ping', '-n', ...family, ...bind, ...ttl, ...pace, probe.to];
}

function tcpArgv(probe: Extract<Probe, { kind: 'tcp' }>): string[] {
  const family = probe.to.includes(':') ? '-6' : '-4';
  return [
    'ncat',
    family,
    '-nv',
    '--send-only',
    '-w',
    '2500ms',
    '-s',
    probe.from,
    probe.to,
    String(probe.port),
  ];
}
