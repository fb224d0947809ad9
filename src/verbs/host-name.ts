import { basename } from 'node:path';

/** Endings of captures, also of rotated and compressed ones: `any.pcap`, `any.pcap3`, `b.pcapng.gz`. */
const ENDINGS = /(\.(pcap|pcapng|cap|dmp)\d*)?(\.(gz|zst|zstd))?$/i;

/** Endings of archives, and what support tools put around a host's name. */
const ARCHIVE = /\.(?:tar(?:\.(?:gz|xz|bz2|zst))?|tgz|txz|tbz2?|zip)$/i;
const SUPPORT_NAMES: readonly RegExp[] = [
  /^sosreport-(.+?)(?:-\d{6,})?-\d{4}-\d\d-\d\d-\w+$/,
  /^insights-(.+?)-\d{14}$/,
  /^(?:scc|nts)_(.+?)_\d{6}_\d{4}$/,
];

/** A host named after a file: its name without folder and endings. */
export function hostNameOf(path: string): string {
  const name = basename(path);
  const bare = name.replace(ENDINGS, '').replace(ARCHIVE, '') || name;
  return supportHostName(bare) ?? bare;
}

/** The host in the name of a support tool's archive or folder: `sosreport-serverB-2026-11-25-abcdefg`. */
export function supportHostName(name: string): string | undefined {
  return SUPPORT_NAMES.map((pattern) => pattern.exec(name)?.[1]).find((host) => host !== undefined);
}
