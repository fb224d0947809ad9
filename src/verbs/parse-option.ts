import { InvalidArgumentError } from '@commander-js/extra-typings';
import { networkOf, type Prefix, parsePrefix } from '../addr/prefix.ts';
import type { AnalyzeOptions, AnalyzeProtocol } from '../analyze-options.ts';

/** Readers of option values; commander puts the option's name before the message. */

export function replyWindow(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(seconds > 0 && seconds <= MOST_SECONDS)) {
    throw new InvalidArgumentError(`Expected seconds above 0, at most ${MOST_SECONDS}.`);
  }
  return seconds;
}

const MOST_SECONDS = 3600;

export function openLimit(text: string): number {
  const number = /^\d{1,8}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= 1 && number <= MOST_OPEN)) {
    throw new InvalidArgumentError(`Expected a number of exchanges, 1 to ${MOST_OPEN}.`);
  }
  return number;
}

/** Each takes some two hundred bytes of memory. */
const MOST_OPEN = 1 << 22;

export function port(text: string, before?: number): number {
  if (before !== undefined) throw new InvalidArgumentError('It was given before; give one port.');
  const number = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(number >= 1 && number <= 65535)) throw new InvalidArgumentError('Expected a port, 1 to 65535.');
  return number;
}

/** `16` or `0x10`, as `ping -Q` has it. */
export function tosByte(text: string): number {
  const number = /^(?:0x[0-9a-f]{1,2}|\d{1,3})$/i.test(text) ? Number(text) : Number.NaN;
  if (!(number <= 255)) throw new InvalidArgumentError('Expected a byte, 0 to 255 or 0x00 to 0xff.');
  return number;
}

/** Repeatable: all of them. */
export function protocols(text: string, before?: ReadonlySet<AnalyzeProtocol>): ReadonlySet<AnalyzeProtocol> {
  const names = text.split(',').map((name) => name.trim());
  if (!names.every(isProtocol))
    throw new InvalidArgumentError('Expected icmp, tcp, udp or a list of these with commas.');
  return new Set([...(before ?? []), ...names]);
}

function isProtocol(name: string): name is AnalyzeProtocol {
  return name === 'icmp' || name === 'tcp' || name === 'udp';
}

export function between(text: string, before?: readonly Prefix[]): readonly Prefix[] {
  if (before !== undefined)
    throw new InvalidArgumentError('It was given before; give two networks at once, with a comma.');
  const prefixes = text
    .split(',')
    .map((part) => (/^[a-z]+$/.test(part) ? undefined : parsePrefix(part.trim())));
  const good = prefixes.filter((prefix) => prefix !== undefined);
  if (good.length !== prefixes.length || good.length > 2) {
    throw new InvalidArgumentError('Expected ADDRESS or NETWORK/LENGTH, one or two with a comma.');
  }
  return good.map(networkOf);
}

/** Repeatable: `auto`, `none`, or an offset a host. */
export function clock(text: string, before: AnalyzeOptions['clock'] | undefined): AnalyzeOptions['clock'] {
  if (text === 'auto' || text === 'none') return text;
  const parts = /^([^=]+)=([+-]?\d+(?:\.\d+)?)s?$/.exec(text);
  if (!parts) throw new InvalidArgumentError('Expected auto, none or HOST=SECONDS, such as ServerB=-3600.');
  const known = before instanceof Map ? before : new Map<string, number>();
  return new Map([...known, [parts[1], Number(parts[2])]]);
}
