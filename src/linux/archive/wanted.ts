import { hintOfPath } from '../state/hint.ts';

/** Folders that only archives of support tools have: sos, Red Hat Insights, a copied root file system. */
const OF_SUPPORT =
  /(?:^|\/)(?:sos_\w+|insights_commands|proc|sys|etc|var|usr|lib|run|boot|dev|root|home|opt)\//;

/** In those, what tells of routing. State of other network namespaces is not the host's own. */
const TELLING =
  /(?:^|\/)(?:sos_commands\/(?:networking|firewall_tables|firewalld|nftables|iptables|kernel|host)\/[^/]+|insights_commands\/[^/]+|etc\/iproute2\/rt_tables(?:\.d\/[^/]+)?|etc\/hostname|proc\/sys\/net\/ipv[46]\/.+|proc\/net\/(?:snmp|snmp6|netstat))$/;
const OTHER_NAMESPACE = /netns_exec|\/namespaces\//;

/** Names under which nobody saves a state or a capture. */
const NEVER =
  /\.(?:rpm|deb|so|ko|png|jpe?g|gif|pdf|html?|js|css|xml|ya?ml|py|pl|sh|exe|dll|bin|iso|img|db|mo|gz|xz|bz2|zip|tgz|txz|tbz2?)$/i;
const CAPTURE = /\.(?:pcap|pcapng|cap|dmp)\d*$/i;

/** A text is shorter, a capture may be as long as the archive may be. */
const MOST_TEXT_BYTES = 32 * 1024 * 1024;

/** supportconfig of SUSE: a folder of texts, of which these hold commands that tell of routing. */
const OF_SUPPORTCONFIG = /(?:^|\/)(?:scc|nts)_[^/]+\//;
const TELLING_SUPPORTCONFIG = /\/(?:network|env|basic-environment)\.txt$/;

/** Whether a folder is what a support tool made. */
export function isSupportFolder(names: readonly string[]): boolean {
  const has = (name: string) => names.includes(name);
  return has('sos_commands') || has('insights_commands') || (has('proc') && has('etc'));
}

/** Whether a folder below that of a support tool may hold a file that is wanted. */
export function mayHoldWanted(path: string): boolean {
  return /^(?:data\/?)?(?:sos_commands(?:\/[^/]+)?|insights_commands|etc(?:\/iproute2(?:\/rt_tables\.d)?)?|proc(?:\/(?:net|sys(?:\/net(?:\/ipv[46](?:\/.*)?)?)?))?|)$/.test(
    path,
  );
}

/** Whether a file of an archive may be a host state or a capture, by its name. */
export function isWanted(path: string, bytes: number): boolean {
  if (CAPTURE.test(path)) return true;
  if (bytes > MOST_TEXT_BYTES || OTHER_NAMESPACE.test(path)) return false;
  if (OF_SUPPORTCONFIG.test(path)) return TELLING_SUPPORTCONFIG.test(path);
  if (!OF_SUPPORT.test(path)) return !NEVER.test(path);
  if (!TELLING.test(path)) return false;
  const { command, keys } = hintOfPath(path);
  return command !== null || keys.length > 0 || /proc\/net\/|etc\/|\/ip6?tables/.test(path);
}
