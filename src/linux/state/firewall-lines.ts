import type { Span } from '../../addr/source.ts';
import { readIptablesSave } from '../firewall/iptables-save.ts';
import { readNftText } from '../firewall/nft-text.ts';
import type { Given } from '../host-state.ts';
import { Lines } from './lines.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** Lines of `nft list ruleset` that open, close or describe a table, chain or set, and so are no rule. */
const NO_RULE =
  /^(?:table|chain|set|map|flowtable|type|policy|flags|elements|size|timeout|comment|hook|devices|#|\})/;

/** The rules of `nft list ruleset`, a span each, and as chains. */
export function readNftLines(reading: Reading): Told {
  const firewallRules = linesOf(reading, (line) => !NO_RULE.test(line));
  return { given: ['nft'], firewallRules, firewall: readNftText(reading) };
}

/** The rules of `iptables-save` or `ip6tables-save`: `-A CHAIN ...`, with counters before them where `-c` was given. */
export function readIptablesLines(given: Given): (reading: Reading) => Told {
  const header = given === 'iptables6' ? 'ip6' : 'ip';
  return (reading) => ({
    given: [given],
    firewall: readIptablesSave(reading, header),
    firewallRules: linesOf(reading, (line) => /^(?:\[\d+:\d+\] )?-A /.test(line)),
  });
}

/** `iptables -L`, which leaves out the devices without `-v` and whole matches with it, so that it is not gone by. */
export function readIptablesList(reading: Reading): Told {
  const lines = new Lines(reading.section);
  if (lines.next()) lineNotUnderstood(reading, lines.span, 'what iptables-save prints, not iptables -L');
  return {};
}

function linesOf(reading: Reading, isRule: (line: string) => boolean): Span[] {
  const lines = new Lines(reading.section);
  const rules: Span[] = [];
  while (lines.next()) {
    const { span } = lines;
    if (isRule(span.source.text.slice(span.start, span.end))) rules.push(span);
  }
  return rules;
}
