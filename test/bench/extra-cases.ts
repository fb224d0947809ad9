import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MIXED, megabytes, SMALL } from './captures.ts';
import { type Case, compare, onOneCore, withFile } from './compare.ts';
import * as contenders from './contenders.ts';
import { found } from './measure.ts';

/** Looks for captures that are slower to read than others: how far apart frames and replies are, and of how many hosts. */
export const vary: Case = (setting) => {
  for (const frameNs of [1500, 100_000]) {
    for (const hosts of [1, 1000]) {
      for (const replyAfterNs of [frameNs, 1_000_000]) {
        const what = { ...SMALL, frames: 2_000_000, frameNs, hosts, replyAfterNs };
        const name = `${frameNs / 1000} us, ${2 * hosts} hosts, ${replyAfterNs / 1000} us`;
        onOneCore(setting, name, what);
      }
    }
  }
};

/** TCP from its handshakes on; small packets as older versions of libpcap write those of `any`. */
export const connections: Case = (setting) => {
  onOneCore(setting, 'connections', { ...SMALL, frames: 4_000_000, traffic: 'connections' });
};
export const sll: Case = (setting) => {
  onOneCore(setting, 'sll', { ...SMALL, frames: 4_000_000, link: 'sll' });
};

/** The same packets as tcpdump's `-C` leaves them, beside one file of them. */
export const rotated: Case = (setting) => {
  const { frames } = setting.captures.scaled(SMALL);
  withFile(setting, 'small', SMALL, (file) => {
    const folder = `${file}.pieces`;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    execFileSync('tcpdump', ['-Z', 'root', '-r', file, '-w', join(folder, 'piece'), '-C', '100'], {
      stdio: 'ignore',
    });
    const pieces = readdirSync(folder).map((name) => `server=${join(folder, name)}`);
    const whole = { ...contenders.wayhome([file], frames), name: 'in one file' };
    const what = `small, in ${pieces.length} files`;
    compare(setting, what, file, contenders.wayhome(pieces, frames), [{ contender: whole }]);
    rmSync(folder, { recursive: true });
  });
};

const PACKERS = { gzip: ['-c', '-1'], zstd: ['-c', '-q'] } as const;

/** Beside the programs that only decompress. */
export const packed: Case = (setting) => {
  const what = { ...MIXED, frames: 400_000 };
  const { frames } = setting.captures.scaled(what);
  withFile(setting, 'packed', what, (file) => {
    for (const program of ['gzip', 'zstd'] as const) {
      if (!found(program)) continue;
      const packedFile = `${file}.${program}`;
      pack(program, file, packedFile);
      const beside = [{ contender: contenders.discarding(`${program} -dc`, program, ['-dc', packedFile]) }];
      compare(setting, `mixed, ${program}`, packedFile, contenders.wayhome([packedFile], frames), beside);
      setting.captures.done(packedFile);
    }
    const beside = [{ contender: contenders.cat(file) }];
    compare(
      setting,
      `the same, ${megabytes(file).toFixed(0)} MB`,
      file,
      contenders.wayhome([file], frames),
      beside,
    );
  });
};

function pack(program: keyof typeof PACKERS, file: string, to: string): void {
  if (existsSync(to)) return;
  const out = openSync(to, 'w');
  execFileSync(program, [...PACKERS[program], file], { stdio: ['ignore', out, 'inherit'] });
  closeSync(out);
}
