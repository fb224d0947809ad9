import type { SourceFile } from '../../addr/source.ts';
import type { Unpacked } from '../archive/entry.ts';
import type { StateProblem } from '../host-state.ts';
import { isConfiguration } from './configuration.ts';
import { notRecognised } from './other-language.ts';
import { recognise } from './recognise.ts';

export interface HostSources {
  /** Captures (or what is packed as captures are), for `capture/` to open. */
  readonly captures: string[];
  /** Captures found in archives, whole. */
  readonly packedCaptures: PackedCapture[];
  readonly sources: SourceFile[];
  readonly problems: StateProblem[];
}

export interface PackedCapture {
  /** The archive's path and the name within it. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** First bytes of captures: pcap in both byte orders, pcapng. */
const CAPTURE_MAGIC: readonly (readonly number[])[] = [
  [0xa1, 0xb2, 0xc3, 0xd4],
  [0xd4, 0xc3, 0xb2, 0xa1],
  [0xa1, 0xb2, 0x3c, 0x4d],
  [0x4d, 0x3c, 0xb2, 0xa1],
  [0xa1, 0xb2, 0xcd, 0x34],
  [0x34, 0xcd, 0xb2, 0xa1],
  [0x0a, 0x0d, 0x0d, 0x0a],
];

/** Those of what captures are packed in and nothing else here is: zstd; gzip within an archive. */
const PACKED_MAGIC: readonly (readonly number[])[] = [
  [0x28, 0xb5, 0x2f, 0xfd],
  [0x1f, 0x8b],
];

export function isCapture(head: Uint8Array): boolean {
  return beginsAs(head, CAPTURE_MAGIC);
}

export function isPackedCapture(head: Uint8Array): boolean {
  return beginsAs(head, PACKED_MAGIC);
}

function beginsAs(head: Uint8Array, magics: readonly (readonly number[])[]): boolean {
  return magics.some((magic) => magic.every((byte, i) => head[i] === byte));
}

/** As tcpdump's and Wireshark's users name them, with the number of a rotated file (`-C`, `-W`) behind it. */
export function isCaptureName(path: string): boolean {
  return /\.(pcap|pcapng|cap)\d*(\.(gz|zst))?$/i.test(path);
}

/** A text is a host state, or told to be none; `quiet` where most files of its folder are none. */
export function takeText(source: SourceFile, into: HostSources, quiet = false): void {
  const form = recognise(source);
  if (isConfiguration(source, form)) {
    if (!quiet) into.problems.push({ kind: 'configuration', path: source.path });
  } else if (form || (!quiet && !/\S/.test(source.text))) into.sources.push(source);
  else if (!quiet) into.problems.push(notRecognised(source));
}

/** What an archive held; files of it that tell nothing are no news. */
export function takeUnpacked(path: string, unpacked: Unpacked, into: HostSources): void {
  for (const { path: inside, bytes } of unpacked.entries) {
    const name = inside === '' ? path : `${path}/${inside}`;
    if (isCapture(bytes) || isPackedCapture(bytes)) into.packedCaptures.push({ path: name, bytes });
    else takeText({ path: name, text: decode(bytes) }, into, inside !== '');
  }
  for (const name of unpacked.refused.slice(0, MOST_REFUSED))
    into.problems.push({
      kind: 'file-unreadable',
      path: `${path}/${name}`,
      reason: 'leads out of the archive',
    });
  if (unpacked.stopped !== null)
    into.problems.push({ kind: 'archive-incomplete', path, reason: unpacked.stopped });
}

const MOST_REFUSED = 10;

/** UTF-8, or UTF-16 as PowerShell's `>` writes it; the byte order mark goes. */
export function decode(bytes: Uint8Array): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}
