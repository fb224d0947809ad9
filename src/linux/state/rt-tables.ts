import { Lines } from './lines.ts';
import { wholeNumber } from './names.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** `/etc/iproute2/rt_tables` and `rt_tables.d/*.conf`: number and name, `#` begins a comment (rtnl_tabhash_readfile). */
export function readTableNames(reading: Reading): Told {
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const [number, name, rest] = lines.words();
    if (number.startsWith('#')) continue;
    const table = wholeNumber(number);
    if (table === undefined || name === undefined || (rest !== undefined && !rest.startsWith('#')))
      lineNotUnderstood(reading, lines.span, 'NUMBER NAME');
    else reading.tables.define(name, table);
  }
  return { given: ['table-names'] };
}
