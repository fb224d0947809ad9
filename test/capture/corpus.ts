import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Captures of other projects with what trusted readers say of them: beside the checkout, or where WAYHOME_CORPUS points. */
const BESIDE = resolve(dirname(fileURLToPath(import.meta.url)), '../../../shared/corpus');
export const CORPUS = process.env.WAYHOME_CORPUS ?? BESIDE;

/** What TShark says of a capture, as far as it is compared. */
export interface Truth {
  readonly file: string;
  readonly bytes: number;
  readonly packets: number | null;
  readonly counts: Readonly<Record<string, number>>;
  /** `echo4_answered` and the like, as Wireshark pairs them; absent: none. */
  readonly echo: Readonly<Record<string, unknown>>;
  /** Packets with a network header by what leads to it (`plain`, `vlan1`, `vlan2`, `under`), then by what it holds. */
  readonly by_path: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Packets without one, by their layers (`eth:ethertype:vlan:...`). */
  readonly no_network_layer: Readonly<Record<string, number>>;
  readonly fragments: Readonly<Record<string, number>>;
  readonly ts_ns: { readonly first: bigint | null; readonly last: bigint | null; readonly invalid: bigint };
  readonly container: { readonly format: string; readonly ts_precision: string | null };
  readonly compression: string | null;
}

export function readTruth(): readonly Truth[] {
  const list = join(CORPUS, 'truth.jsonl');
  if (!existsSync(list)) return [];
  const lines = readFileSync(list, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map(parseLine);
}

/** Time stamps are over 2^53: they are taken from the text as they stand there. */
function parseLine(line: string): Truth {
  const stamps = /"ts_ns": \{"first": (\w+), "last": (\w+), .*?"invalid": (\d+)\}/.exec(line);
  const big = (text: string | undefined) => (text === undefined || text === 'null' ? null : BigInt(text));
  const invalid = BigInt(stamps?.[3] ?? 0);
  return { ...JSON.parse(line), ts_ns: { first: big(stamps?.[1]), last: big(stamps?.[2]), invalid } };
}
