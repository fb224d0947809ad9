import type { FormKind } from './forms.ts';
import type { Section } from './section.ts';

const PEEK_CHARACTERS = 8192;

/** Keys that tell what `ip -j` listed, tried in this order; empty objects (`{}` for filtered interfaces) are skipped. */
const SIGNS: readonly (readonly [FormKind, RegExp])[] = [
  ['nstat-json', /^\s*\{\s*"(?:kernel|(?:Ip|Icmp|Tcp|Udp)\w+)"\s*:/],
  ['nft-json', /"nftables"\s*:/],
  ['ip-addr-json', /"addr_info"\s*:/],
  ['ip-link-json', /"ifname"\s*:/],
  ['ip-rule-json', /"priority"\s*:\s*\d/],
  ['ip-nexthop-json', /^\s*\[?\s*\{\s*"id"\s*:\s*\d/],
  ['ip-neigh-json', /"state"\s*:\s*\[|"lladdr"\s*:/],
  ['ip-route-json', /"dst"\s*:/],
];

export function recogniseJson(section: Section): FormKind | null {
  const end = Math.min(section.end, section.start + PEEK_CHARACTERS);
  const head = section.source.text.slice(section.start, end);
  return SIGNS.find(([, pattern]) => pattern.test(head))?.[0] ?? null;
}
