import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { HostState } from '../../../src/linux/host-state.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';

/** A random host configuration with lookups that a real kernel answered, and frames that it took or dropped. */
export interface TruthConfig {
  readonly id: string;
  readonly files: Readonly<Record<string, string>>;
  readonly lookups: readonly TruthLookup[];
  readonly rp_filter_packets: readonly TruthPacket[];
}

export interface TruthLookup {
  readonly family: 4 | 6;
  readonly cmd: string;
  readonly answer: TruthAnswer | null;
  readonly error: string | null;
  /** Where several next hops may be chosen: [device, gateway or ""] of each. */
  readonly acceptable?: readonly (readonly [string, string])[];
}

export interface TruthAnswer {
  readonly type?: string;
  readonly dev?: string;
  readonly gateway?: string;
  readonly via?: { readonly host: string };
  readonly prefsrc?: string;
  readonly table?: string | number;
}

export interface TruthPacket {
  readonly iface: string;
  readonly src: string;
  readonly dst: string;
  readonly delivered: boolean;
  readonly rp_filter_dropped: boolean;
  readonly martian_or_other: boolean;
}

export const FIXTURES = resolve('test/fixtures/fib');

/** All configurations measured on real kernels, kept beside the checkout; undefined where they are not. */
export function measuredFolder(): string | undefined {
  const folder = join(process.env.WAYHOME_KERNEL_TRUTH ?? resolve('../shared/kernel-truth'), 'fib');
  return existsSync(folder) ? folder : undefined;
}

export function* configsIn(folder: string): Generator<TruthConfig> {
  for (const file of readdirSync(folder).sort()) {
    if (file.endsWith('.json.gz')) yield JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString());
  }
}

/** The state as a user would hand it in: text only, and what `uname` says of the kernel that was asked. */
export function stateOf(config: TruthConfig): HostState {
  const names = Object.keys(config.files).filter((name) => isText(name));
  const sources = names.map((path) => ({ path, text: config.files[path] }));
  const uname = { path: 'uname.txt', text: 'Linux lab 6.18.0 #1 SMP x86_64 GNU/Linux\n' };
  return buildHostState(config.id, [...sources, uname]);
}

function isText(name: string): boolean {
  return !name.endsWith('.json') && name !== 'route-n.txt' && name !== 'ip-route.txt';
}
