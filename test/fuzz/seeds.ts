import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { containerOf } from '../../src/capture/magic.ts';

export interface Seed {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** Every file below the folders that is a capture, up to a size, in a fixed order. */
export function captureSeeds(folders: readonly string[], largest: number): Seed[] {
  return filesBelow(folders, largest).filter(({ bytes }) => containerOf(bytes) !== undefined);
}

/** Every file that is none: host states, as far as they are text. */
export function stateSeeds(folders: readonly string[], largest: number): Seed[] {
  return filesBelow(folders, largest).filter(
    ({ bytes }) => bytes.length > 0 && containerOf(bytes) === undefined,
  );
}

function filesBelow(folders: readonly string[], largest: number): Seed[] {
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => join(folder, name)),
  );
  return files
    .filter((file) => statSync(file).isFile() && statSync(file).size <= largest)
    .map((file) => ({ file, bytes: new Uint8Array(readFileSync(file)) }));
}
