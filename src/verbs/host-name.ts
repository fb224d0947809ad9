import { basename } from 'node:path';

/** Endings of captures, also of rotated and compressed ones: `any.pcap`, `any.pcap3`, `b.pcapng.gz`. */
const ENDINGS = /(\.(pcap|pcapng|cap|dmp)\d*)?(\.(gz|zst|zstd))?$/i;

/** A host named after a file: its name without folder and endings. */
export function hostNameOf(path: string): string {
  const name = basename(path);
  return name.replace(ENDINGS, '') || name;
}
