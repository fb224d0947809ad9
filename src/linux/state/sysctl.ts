import type { Sysctl } from '../host-state.ts';
import { Lines } from './lines.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import { dottedPath, keyOfPath } from './sysctl-key.ts';
import type { Told } from './told.ts';

/**
 * `sysctl -a` (`key = value`), sysctl.conf (`key=value`), BSD's `key: value`, and files under /proc/sys as `path = value`,
 * from `grep . FILES` `path:value`, or as a path and the value on the line below it.
 */
export function readSysctls(reading: Reading): Told {
  const sysctls = new Map<string, Sysctl>();
  const lines = new Lines(reading.section);
  let above: string | undefined;
  while (lines.next()) {
    const text = lines.text;
    if (isRemark(text)) continue;
    const pair = above === undefined ? splitPair(text) : { key: above, value: text };
    above = pair ? undefined : keyOfPath(text);
    if (pair) sysctls.set(pair.key, { value: pair.value, span: lines.span });
    else if (above === undefined) lineNotUnderstood(reading, lines.span, 'KEY = VALUE');
  }
  return { sysctls, given: ['sysctl'], configured: reading.section.hint.configured };
}

/** The values alone, a line a key: a file of /proc/sys, `cat` of several, or `sysctl -n`. */
export function readSysctlValues(reading: Reading): Told {
  const { keys } = reading.section.hint;
  const sysctls = new Map<string, Sysctl>();
  const lines = new Lines(reading.section);
  let count = 0;
  while (lines.next()) {
    const key = keys[count++];
    if (key === undefined) lineNotUnderstood(reading, lines.span, `${keys.length} values`);
    else sysctls.set(key, { value: lines.text, span: lines.span });
  }
  // With a line more or less it is not known which value is whose.
  return count === keys.length ? { sysctls, given: ['sysctl'] } : {};
}

/** Comments, and what sysctl and grep say of keys that they may not read. */
function isRemark(text: string): boolean {
  return /^(?:[#;]|(?:sysctl|grep|cat):)/.test(text);
}

function splitPair(text: string): { key: string; value: string } | undefined {
  const cut = text.search(text.startsWith('/') ? /[=:]/ : /=|: /);
  if (cut < 1) return undefined;
  // A leading dash in sysctl.conf: "do not complain when this fails".
  const name = text.slice(0, cut).trim().replace(/^-/, '');
  if (!/^\S*[./]\S*$/.test(name)) return undefined;
  return { key: dotted(name), value: text.slice(cut + 1).trim() };
}

/** `net/ipv4/conf/eth0.100/rp_filter` as sysctl(8) writes it: `net.ipv4.conf.eth0/100.rp_filter`. */
function dotted(name: string): string {
  const slash = name.indexOf('/');
  const dot = name.indexOf('.');
  // sysctl(8): the first separator tells which of the two separates.
  if (slash < 0 || (dot >= 0 && dot < slash)) return name;
  return dottedPath(name.replace(/^\/proc\/sys\//, '').replace(/^\//, ''));
}
