import { execFileSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchCapture } from './generate.ts';

const MAKE = fileURLToPath(new URL('./make.js', import.meta.url));

/** Ten million small packets, all of them echo or SYN: about a gigabyte. */
export const SMALL: BenchCapture = {
  format: 'pcap',
  link: 'ethernet',
  frames: 10_000_000,
  traffic: 'exchanges',
  followedPercent: 100,
  frameNs: 1500,
  hosts: 1000,
  replyAfterNs: 1500,
  side: 'originator',
  seed: 1,
};

/** Four million packets of a server's traffic: 3 GB, one in a hundred is followed. */
export const MIXED: BenchCapture = {
  ...SMALL,
  frames: 4_000_000,
  followedPercent: 1,
  replyAfterNs: 1_000_000,
};

export const FLOOD: BenchCapture = { ...SMALL, frames: 50_000_000, traffic: 'flood' };

/** Where captures are made when first asked for; they may stay for the next run. */
export class Captures {
  private readonly folder: string;
  private readonly share: number;
  private readonly keep: boolean;

  /** `share`: what part of the frames told is made. */
  constructor(folder: string, share: number, keep: boolean) {
    this.folder = folder;
    this.share = share;
    this.keep = keep;
  }

  /** As many frames as are made of it here. */
  scaled(what: BenchCapture): BenchCapture {
    return { ...what, frames: Math.round(what.frames * this.share) };
  }

  file(name: string, what: BenchCapture): string {
    const capture = this.scaled(what);
    const file = join(this.folder, `${name}-${capture.frames}.${what.format}`);
    if (existsSync(file)) return file;
    execFileSync(process.execPath, [MAKE, JSON.stringify(capture), `${file}.part`]);
    renameSync(`${file}.part`, file);
    return file;
  }

  /** The command that writes it to standard output. */
  stream(what: BenchCapture): readonly string[] {
    return [process.execPath, MAKE, JSON.stringify(this.scaled(what))];
  }

  /** After a case: a disk need only hold one case's captures. */
  done(file: string): void {
    if (!this.keep) rmSync(file, { force: true });
  }
}

export function megabytes(...files: readonly string[]): number {
  return files.reduce((sum, file) => sum + statSync(file).size, 0) / 1e6;
}
