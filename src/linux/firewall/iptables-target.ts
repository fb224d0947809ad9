import { own } from '../../addr/own.ts';
import type { Clause } from './clause.ts';
import { nft } from './iptables-match.ts';
import type { Option } from './iptables-options.ts';
import { targetOf, translationTo } from './nft-translation.ts';

/** A target with its options. */
interface Target {
  readonly header: 'ip' | 'ip6';
  readonly name: string;
  readonly options: readonly Option[];
  /** `-g` instead of `-j`. */
  readonly isGoto: boolean;
}

/** What a rule does once it matches; a name that is no target of iptables is one of the table's chains. */
export function clausesOfTarget(target: Target, chains: ReadonlySet<string>): Clause[] {
  const { name, isGoto } = target;
  if (chains.has(name))
    return [{ kind: 'verdict', verdict: { kind: isGoto ? 'goto' : 'jump', target: name } }];
  if (HARMLESS.has(name)) return [];
  return own(TARGETS, name)?.(target) ?? [unmodelled(target)];
}

/** Targets after which the packet goes on as it was. */
const HARMLESS = new Set(
  'LOG NFLOG ULOG AUDIT TRACE TCPMSS TCPOPTSTRIP ECN CHECKSUM CLASSIFY SECMARK CONNSECMARK IDLETIMER LED RATEEST SET TEE'.split(
    ' ',
  ),
);

function unmodelled({ name, options }: Target): Clause {
  const words = options.flatMap((one) => [one.name, ...one.values]);
  return { kind: 'unmodelled', words: ['-j', name, ...words].join(' ') };
}

function optionValue({ options }: Target, name: string): string | undefined {
  return options.find((one) => one.name === name)?.values[0];
}

const verdict = (kind: 'accept' | 'drop' | 'return' | 'queue') => (): Clause[] => [
  { kind: 'verdict', verdict: { kind } },
];

const TARGETS: Record<string, ((target: Target) => Clause[] | undefined) | undefined> = {
  ACCEPT: verdict('accept'),
  DROP: verdict('drop'),
  RETURN: verdict('return'),
  QUEUE: verdict('queue'),
  NFQUEUE: verdict('queue'),
  REJECT: (target) => [{ kind: 'verdict', verdict: { kind: 'reject', with: rejectOf(target) } }],
  MARK: (target) => markWords(target, 'meta mark'),
  CONNMARK: connectionMark,
  NOTRACK: () => [{ kind: 'notrack' }],
  CT: ({ options }) => {
    if (options.some(({ name }) => name === '--notrack')) return [{ kind: 'notrack' }];
    return options.some(({ name }) => name.startsWith('--zone')) ? undefined : [];
  },
  DSCP: (target) => {
    const value = optionValue(target, '--set-dscp') ?? optionValue(target, '--set-dscp-class')?.toLowerCase();
    return value === undefined ? undefined : nft(`${target.header} dscp set ${value}`);
  },
  TOS: setTos,
  TTL: (target) => setTtl('ip ttl', optionValue(target, '--ttl-set')),
  HL: (target) => setTtl('ip6 hoplimit', optionValue(target, '--hl-set')),
  SNAT: (target) => translation('snat', optionValue(target, '--to-source')),
  DNAT: (target) => translation('dnat', optionValue(target, '--to-destination')),
  NETMAP: (target) => translation('dnat', optionValue(target, '--to')),
  MASQUERADE: (target) => translation('masquerade', ports(target)),
  REDIRECT: (target) => translation('redirect', ports(target)),
};

function ports(target: Target): string {
  const value = optionValue(target, '--to-ports');
  return value === undefined ? '' : `:${value}`;
}

function translation(by: 'snat' | 'dnat' | 'masquerade' | 'redirect', to: string | undefined): Clause[] {
  return [{ kind: 'translate', translation: { ...translationTo(by), ...(to ? targetOf(to) : {}) } }];
}

/** As nft names them: `icmp port-unreachable`, `tcp reset`. */
function rejectOf(target: Target): string {
  const words = optionValue(target, '--reject-with') ?? 'port-unreachable';
  if (words === 'tcp-reset') return 'tcp reset';
  const name = words
    .replace(/^icmp6?-/, '')
    .replace('proto-unreachable', 'prot-unreachable')
    .replace(/^adm-/, 'admin-');
  return `${target.header === 'ip' ? 'icmp' : 'icmpv6'} ${name}`;
}

const WORD = 0xffffffff;

function maskedValue(text: string): [value: number, mask: number] {
  const [value, mask] = text.split('/').map(Number);
  return [value >>> 0, mask === undefined ? WORD : mask >>> 0];
}

/** MARK and CONNMARK: `--set-xmark V/M` zeroes the bits of M and xors V in; the other forms are the same with other masks. */
function markWords(target: Target, field: string): Clause[] | undefined {
  for (const { name, values } of target.options) {
    const [value, mask] = maskedValue(values[0] ?? '0');
    if (name === '--set-xmark') return xmark(field, value, mask);
    if (name === '--set-mark') return xmark(field, value, (mask | value) >>> 0);
    if (name === '--or-mark') return xmark(field, value, value);
    if (name === '--and-mark') return xmark(field, 0, ~value >>> 0);
    if (name === '--xor-mark') return xmark(field, value, 0);
  }
  return undefined;
}

function xmark(field: string, value: number, mask: number): Clause[] {
  return nft(`${field} set ${field} & ${~mask >>> 0} ^ ${value}`);
}

/** xt_connmark: save and restore with the masks of both marks. */
function connectionMark(target: Target): Clause[] | undefined {
  const maskOf = (name: string) =>
    Number(optionValue(target, name) ?? optionValue(target, '--mask') ?? WORD) >>> 0;
  const [nfmask, ctmask] = [maskOf('--nfmask'), maskOf('--ctmask')];
  const has = (name: string) => target.options.some((one) => one.name === name);
  if (has('--save-mark')) return nft(`ct mark set (ct mark & ${~ctmask >>> 0}) ^ (meta mark & ${nfmask})`);
  if (has('--restore-mark'))
    return nft(`meta mark set (meta mark & ${~nfmask >>> 0}) ^ (ct mark & ${ctmask})`);
  return markWords(target, 'ct mark');
}

/** `--ttl-inc` and `--ttl-dec` change what is not known. */
function setTtl(field: 'ip ttl' | 'ip6 hoplimit', value: string | undefined): Clause[] {
  return value === undefined ? [] : nft(`${field} set ${value}`);
}

function setTos(target: Target): Clause[] | undefined {
  const text = optionValue(target, '--set-tos');
  if (text === undefined) return undefined;
  const [value, mask] = text.split('/').map(Number);
  const field = `${target.header} tos`;
  return nft(`${field} set ${field} & ${~(mask ?? 255) & 255} ^ ${value & 255}`);
}
