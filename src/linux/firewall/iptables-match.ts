import { own } from '../../addr/own.ts';
import type { Clause } from './clause.ts';
import type { Option } from './iptables-options.ts';
import { clausesOf } from './nft-rule.ts';
import { SYMBOLS } from './symbols.ts';
import { tokensOf } from './tokens.ts';

/** What options of one `-m` (or those before any) are read with. */
interface Match {
  /** `ip` or `ip6`, as nft calls the header. */
  readonly header: 'ip' | 'ip6';
  readonly module: string;
  readonly options: readonly Option[];
}

/** What iptables compares, in nft's words, so that one reader and one evaluation serve both. */
export function clausesOfMatch(match: Match): Clause[] {
  const whole = own(WHOLE, match.module);
  if (whole) return whole(match);
  if (match.options.every((option) => wordsFor(match, option) === undefined) && match.options.length > 0)
    return [unknown(match.module, match.options)];
  return match.options.flatMap((option) => {
    const words = wordsFor(match, option);
    return words === undefined ? [unknown(match.module, [option])] : nft(words);
  });
}

/** Clauses from nft's words. */
export function nft(words: string): Clause[] {
  return clausesOf(tokensOf(words, 0, words.length));
}

function unknown(module: string, options: readonly Option[]): Clause {
  return { kind: 'unknown', words: textOf(module, options) };
}

function textOf(module: string, options: readonly Option[]): string {
  const words = options.flatMap(({ name, values, not }) => [...(not ? ['!'] : []), name, ...values]);
  return [...(module === '' ? [] : ['-m', module]), ...words].join(' ');
}

/** Modules that are read as a whole; the rest is read option by option. */
const WHOLE: Record<string, ((match: Match) => Clause[]) | undefined> = {
  comment: () => [],
  recent: ({ module, options }) =>
    options.some(({ name, not }) => name === '--set' && !not) ? [] : [may(module, options)],
  limit: ({ module, options }) => [may(module, options)],
  hashlimit: ({ module, options }) => [may(module, options)],
  connlimit: ({ module, options }) => [may(module, options)],
  statistic: ({ module, options }) => [may(module, options)],
  quota: ({ module, options }) => [may(module, options)],
  connbytes: ({ module, options }) => [may(module, options)],
  owner: ({ options }) => options.map(({ not }) => ({ kind: 'owner', invert: not })),
  rpfilter: ({ options }) => [rpFilter(options)],
  addrtype: addressTypes,
};

function may(module: string, options: readonly Option[]): Clause {
  return { kind: 'may', words: textOf(module, options) };
}

function rpFilter(options: readonly Option[]): Clause {
  const has = (name: string) => options.some((one) => one.name === name);
  return {
    kind: 'rpfilter',
    loose: has('--loose'),
    validMark: has('--validmark'),
    acceptLocal: has('--accept-local'),
    invert: has('--invert'),
  };
}

function addressTypes({ options, module }: Match): Clause[] {
  const limit = options.find(({ name }) => name.startsWith('--limit-iface'));
  const device = limit ? ` . ${limit.name.endsWith('in') ? 'iif' : 'oif'}` : '';
  return options.flatMap((option) => {
    const end = { '--src-type': 'saddr', '--dst-type': 'daddr' }[option.name];
    if (option === limit) return [];
    if (!end) return [unknown(module, [option])];
    const types = (option.values[0] ?? '').toLowerCase().split(',').join(', ');
    return nft(`fib ${end}${device} type ${sign(option)}{ ${types} }`);
  });
}

function sign({ not }: Option): string {
  return not ? '!= ' : '';
}

type Wording = (value: string, option: Option, match: Match) => string | undefined;

function wordsFor(match: Match, option: Option): string | undefined {
  const wording = own(WORDINGS, `${match.module} ${option.name}`) ?? own(WORDINGS, ` ${option.name}`);
  return wording?.(option.values[0] ?? '', option, match);
}

/** `80:90` as nft writes a range. */
function range(value: string): string {
  const [first, last] = value.split(':');
  return last === undefined ? value : `${first || 0}-${last || 65535}`;
}

const address: (end: string) => Wording =
  (end) =>
  (value, option, { header }) => {
    const [base, mask] = value.split('/');
    const isMask = mask !== undefined && /[.:]/.test(mask);
    if (isMask) return `${header} ${end} & ${mask} ${option.not ? '!=' : '=='} ${base}`;
    return `${header} ${end} ${sign(option)}${value}`;
  };

/** In iptables a `+` at the end stands for every name that begins so. */
const device: (field: string) => Wording = (field) => (value, option) =>
  `${field} ${sign(option)}"${value.replace(/\+$/, '*')}"`;

const port: (field: string) => Wording =
  (field) =>
  (value, option, { module }) =>
    `${module === 'tcp' || module === 'udp' ? module : 'th'} ${field} ${sign(option)}${range(value)}`;

const ports: (field: string) => Wording = (field) => (value, option) =>
  `th ${field} ${sign(option)}{ ${value.split(',').map(range).join(', ')} }`;

const eitherPort: Wording = (value, option) => {
  const any = '0-65535';
  const pairs = value
    .split(',')
    .map(range)
    .flatMap((one) => [`${one} . ${any}`, `${any} . ${one}`]);
  return `th sport . th dport ${sign(option)}{ ${pairs.join(', ')} }`;
};

const masked: (field: string, mask: string) => Wording = (field, whole) => (value, option) => {
  const [wanted, mask = whole] = value.split('/');
  return `${field} & ${mask} ${option.not ? '!=' : '=='} ${wanted}`;
};

const plain: (field: string, read?: (value: string) => string) => Wording =
  (field, read = range) =>
  (value, option, { header }) =>
    `${field.replace('HEADER', header)} ${sign(option)}${read(value)}`;

const icmpType: (header: string) => Wording = (header) => (value, option) => {
  const [type, code] = value.split('/');
  if (type === 'any') return '';
  if (code === undefined) return `${header} type ${sign(option)}${type}`;
  return `${header} type . ${header} code ${sign(option)}{ ${type} . ${range(code)} }`;
};

/** `FIN,SYN,RST,ACK SYN`: of the first those of the second and no others. */
const tcpFlags: Wording = (_, { values, not }) => {
  const [mask, wanted] = values.map(flagBits);
  return mask === undefined || wanted === undefined
    ? undefined
    : `tcp flags & ${mask} ${not ? '!=' : '=='} ${wanted}`;
};

function flagBits(names: string): number | undefined {
  if (names === 'NONE') return 0;
  const all = names === 'ALL' ? 'FIN,SYN,RST,PSH,ACK,URG' : names;
  const bits = all.split(',').map((name) => SYMBOLS['tcp-flags']?.get(name.toLowerCase()));
  return bits.includes(undefined) ? undefined : bits.reduce<number>((sum, bit) => sum | (bit ?? 0), 0);
}

/** Translated connections are asked for among the states. */
const states: Wording = (value, { not }) => {
  const names = value.toLowerCase().split(',');
  const translated = names.filter((name) => name === 'snat' || name === 'dnat');
  if (translated.length > 0 && translated.length < names.length) return undefined;
  const field = translated.length > 0 ? 'ct status' : 'ct state';
  return `${field} ${not ? '! ' : ''}${names.join(',')}`;
};

const statuses: Wording = (value, { not }) =>
  `ct status ${not ? '! ' : ''}${value.toLowerCase().replaceAll('_', '-')}`;

const compared: (operator: string) => Wording =
  (operator) =>
  (value, _, { header }) =>
    `${header === 'ip' ? 'ip ttl' : 'ip6 hoplimit'} ${operator} ${value}`;

const lower = (value: string) => value.toLowerCase();

/** By module and option; a module that does not matter is left out. */
const WORDINGS: Record<string, Wording | undefined> = {
  ' -s': address('saddr'),
  ' -d': address('daddr'),
  ' --source': address('saddr'),
  ' --destination': address('daddr'),
  ' -i': device('iifname'),
  ' -o': device('oifname'),
  ' -p': plain('meta l4proto', lower),
  ' -f': (_, { not }) => `ip frag-off & 0x1fff ${not ? '==' : '!='} 0`,
  ' --sport': port('sport'),
  ' --dport': port('dport'),
  ' --source-port': port('sport'),
  ' --destination-port': port('dport'),
  ' --syn': (_, { not }) => `tcp flags & 0x17 ${not ? '!=' : '=='} 0x2`,
  ' --tcp-flags': tcpFlags,
  ' --icmp-type': icmpType('icmp'),
  ' --icmpv6-type': icmpType('icmpv6'),
  'multiport --sports': ports('sport'),
  'multiport --dports': ports('dport'),
  'multiport --ports': eitherPort,
  'iprange --src-range': plain('HEADER saddr', String),
  'iprange --dst-range': plain('HEADER daddr', String),
  'mark --mark': masked('meta mark', '0xffffffff'),
  'connmark --mark': masked('ct mark', '0xffffffff'),
  'dscp --dscp': plain('HEADER dscp', String),
  'dscp --dscp-class': plain('HEADER dscp', lower),
  'tos --tos': (value, option, match) => masked(`${match.header} tos`, '0xff')(value, option, match),
  'length --length': plain('meta length'),
  'ttl --ttl-eq': plain('ip ttl'),
  'ttl --ttl-lt': compared('<'),
  'ttl --ttl-gt': compared('>'),
  'hl --hl-eq': plain('ip6 hoplimit'),
  'hl --hl-lt': compared('<'),
  'hl --hl-gt': compared('>'),
  'pkttype --pkt-type': plain('meta pkttype', lower),
  'state --state': states,
  'conntrack --ctstate': states,
  'conntrack --ctstatus': statuses,
  'conntrack --ctdir': plain('ct direction', lower),
  'conntrack --ctproto': plain('ct protocol', lower),
  'conntrack --ctorigsrc': plain('ct original HEADER saddr', String),
  'conntrack --ctorigdst': plain('ct original HEADER daddr', String),
  'conntrack --ctreplsrc': plain('ct reply HEADER saddr', String),
  'conntrack --ctrepldst': plain('ct reply HEADER daddr', String),
  'conntrack --ctorigsrcport': plain('ct original proto-src'),
  'conntrack --ctorigdstport': plain('ct original proto-dst'),
  'conntrack --ctreplsrcport': plain('ct reply proto-src'),
  'conntrack --ctrepldstport': plain('ct reply proto-dst'),
};
