import type { Sysctl } from '../host-state.ts';
import { Lines } from './lines.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/**
 * `sysctl -a` (`key = value`), sysctl.conf (`key=value`), and files under /proc/sys as `path = value` or, from
 * `grep . FILES`, `path:value`.
 */
export function readSysctls(reading: Reading): Told {
  const sysctls = new Map<string, Sysctl>();
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const text = lines.text;
    if (isRemark(text)) continue;
    const pair = splitPair(text);
    if (pair) sysctls.set(pair.key, { value: pair.value, span: lines.span });
    else lineNotUnderstood(reading, lines.span, 'KEY = VALUE');
  }
  return { sysctls, given: ['sysctl'] };
}

/** Comments, and what sysctl says of keys that it may not read. */
function isRemark(text: string): boolean {
  return text.startsWith('#') || text.startsWith(';') || text.startsWith('sysctl:');
}

function splitPair(text: string): { key: string; value: string } | undefined {
  const path = text.startsWith('/');
  const equals = text.indexOf('=');
  const colon = path ? text.indexOf(':') : -1;
  const cut = colon >= 0 && (equals < 0 || colon < equals) ? colon : equals;
  if (cut < 1) return undefined;
  // A leading dash in sysctl.conf: "do not complain when this fails".
  const name = text.slice(0, cut).trim().replace(/^-/, '');
  if (!/^\S*[./]\S*$/.test(name)) return undefined;
  return { key: dotted(name), value: text.slice(cut + 1).trim() };
}

/** `/proc/sys/net/ipv4/conf/eth0.100/rp_filter` as sysctl(8) writes it: `net.ipv4.conf.eth0/100.rp_filter`. */
function dotted(name: string): string {
  const slash = name.indexOf('/');
  const dot = name.indexOf('.');
  // sysctl(8): the first separator tells which of the two separates.
  if (slash < 0 || (dot >= 0 && dot < slash)) return name;
  const bare = name.replace(/^\/proc\/sys\//, '').replace(/^\//, '');
  return bare.replace(/[./]/g, (one) => (one === '/' ? '.' : '/'));
}
