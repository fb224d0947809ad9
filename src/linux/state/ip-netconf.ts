import type { Sysctl } from '../host-state.ts';
import { Lines } from './lines.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** Words of `ip netconf` by the setting they tell, and its values in numbers (iproute2, ip/ipnetconf.c). */
const SETTINGS = new Map([
  ['forwarding', 'forwarding'],
  ['rp_filter', 'rp_filter'],
  ['ignore_routes_with_linkdown', 'ignore_routes_with_linkdown'],
]);
const VALUES = new Map([
  ['off', '0'],
  ['on', '1'],
  ['strict', '1'],
  ['loose', '2'],
]);

/** `ip netconf`: `inet eth1 forwarding off rp_filter strict ...`, settings as sysctl has them. */
export function readNetconf(reading: Reading): Told {
  const sysctls = new Map<string, Sysctl>();
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const family = /^(?:ipv|inet)([46]?)$/.exec(lines.word())?.[1];
    const word = lines.word();
    const place = word === 'dev' ? lines.word() : word;
    if (family === undefined || place === '')
      lineNotUnderstood(reading, lines.span, 'FAMILY dev DEVICE SETTING VALUE ...');
    else takeSettings(`net.ipv${family || 4}.conf.${place.replaceAll('.', '/')}`, lines, sysctls);
  }
  return { sysctls, given: ['sysctl'] };
}

function takeSettings(prefix: string, lines: Lines, into: Map<string, Sysctl>): void {
  for (let word = lines.word(); word !== ''; word = lines.word()) {
    const name = SETTINGS.get(word);
    const value = VALUES.get(lines.word());
    if (name !== undefined && value !== undefined) into.set(`${prefix}.${name}`, { value, span: lines.span });
  }
}
