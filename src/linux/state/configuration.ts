import type { SourceFile } from '../../addr/source.ts';
import type { FormKind } from './forms.ts';

/** Where distributions keep what they set up at the next start. */
const FOLDER =
  /(?:^|[/\\])(?:sysconfig[/\\]network(?:-scripts)?|netplan|NetworkManager[/\\]system-connections|systemd[/\\]network|etc[/\\]network)[/\\][^/\\]*$/;

/**
 * `route-eth1`, `rule6-bond0.7` and the like of initscripts and NetworkManager's ifcfg-rh plugin, `ifroute-eth1` of wicked: lines of
 * arguments to `ip route add` and `ip rule add`, many of which `ip` prints as well.
 */
const OF_INTERFACE =
  /(?:^|[/\\])(?:ifroute-|ifrule-|(?:route|rule)6?-)(?:(?:eth|bond|br|team|tun|tap|ib|vlan|wlan|ppp|dummy|em)\d|en[opsx]\w|p\d+p\d)\w*(?:[.:]\d+)?$/;
/** What listings have and configuration hardly ever: how the kernel came to a route, and the preference in front of a rule. */
const LISTED = /^\d+:|\bproto \w|\bscope (?:link|host)\b|\S \r?$/m;

/** Lines by which one form is known: all of a set. */
const SIGNS: readonly (readonly RegExp[])[] = [
  /** ifcfg-rh(5): `route-eth1` in its older form, and `ifcfg-eth1`. */
  [/^(?:ADDRESS|NETMASK|GATEWAY)\d+=/m],
  [/^(?:ONBOOT|BOOTPROTO|DEFROUTE|STARTMODE|NM_CONTROLLED)=/m],
  /** netplan(5) */
  [/^network:/m, /^[ \t]+(?:version|renderer|ethernets|bonds|bridges|vlans)[ \t]*:/m],
  /** interfaces(5) */
  [/^[ \t]*iface \S+ (?:inet6? (?:static|dhcp|manual|loopback|auto|ppp|tunnel|v4tunnel|6to4)|inherits )/m],
  /** systemd.network(5) */
  [/^\[Match\]/m, /^\[(?:Network|Route|RoutingPolicyRule)\]/m],
  /** nm-settings-keyfile(5) */
  [/^\[connection\]/m, /^\[(?:ipv4|ipv6|ethernet)\]/m],
  /** Arguments of `ip rule add`: a listing has the preference first. */
  [/^(?:not )?(?:(?:from|to|iif|oif|fwmark|priority|prio|pref|preference) \S+ )+(?:table|lookup) \S/m],
];

/** Forms that configuration shares: of all others what the text is tells. */
const AMBIGUOUS: ReadonlySet<FormKind | null> = new Set([null, 'ip-route', 'ip-rule']);

const PEEK_CHARACTERS = 16384;

/**
 * Whether a text is how the network is set up at the next start: the kernel may have other routes and rules now.
 * @param form what it reads as, if anything; then its name must tell
 */
export function isConfiguration({ path, text }: SourceFile, form: FormKind | null): boolean {
  const head = text.slice(0, PEEK_CHARACTERS);
  if (!/\S/.test(head)) return false;
  const named = FOLDER.test(path) || OF_INTERFACE.test(path);
  if (named && AMBIGUOUS.has(form) && !LISTED.test(head)) return true;
  return form === null && SIGNS.some((signs) => signs.every((sign) => sign.test(head)));
}
