import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { canPin } from './contenders.ts';

/** What was measured, and on what: ratios compare within it, seconds do not compare beyond it. */
export function machineText(): string {
  const peers = [firstLine('tcpdump'), firstLine('tshark')].filter((one) => one !== null);
  return [
    `${cpus().length} × ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, ${type()} ${release()}`,
    `Node ${process.version}, ${peers.join(', ') || 'no tcpdump, no tshark'}, pcap-parser from package.json`,
    canPin() ? '"one core" is `taskset -c 0`, for all' : 'no taskset: nothing is held to one core',
    existsSync('/usr/bin/time')
      ? 'peak: largest resident set, as the kernel counts it'
      : 'no /usr/bin/time: peaks are not known',
  ].join('\n');
}

function firstLine(program: string): string | null {
  const { stdout, stderr, error } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  const version = /^(\w+).*?(\d+\.[\d.]*\d)/i.exec(stdout || stderr || '');
  return error || !version ? null : `${program} ${version[2]}`;
}
