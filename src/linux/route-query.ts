import { type Family, type Ip, parseIp } from '../addr/ip.ts';
import { own } from '../addr/own.ts';
import { fail, ok, type Result } from '../addr/result.ts';
import { type Flow, flowOf, INVALID_USER } from './flow.ts';
import { dsFieldNamed, protocolNumber } from './state/names.ts';

/** A lookup in the words of `ip route get`. */
export interface RouteQuery {
  readonly text: string;
  readonly flow: Flow;
}

/** Why a query could not be read, as values. */
export interface QueryProblem {
  readonly word: string;
  readonly expected: string;
}

const UDP = 17;

/** `[-6] ADDRESS [from A] [iif I] [oif O] [mark M] [tos T] [ipproto P] [sport N] [dport N] [uid U]`. */
export function parseRouteQuery(text: string): Result<RouteQuery, QueryProblem> {
  const words = text.trim().split(/\s+/);
  const rest = words.filter((word) => word !== '-4' && word !== '-6');
  const at = rest[0] === 'to' ? 1 : 0;
  const destination = parseIp((rest[at] ?? '').split('/')[0]);
  if (!destination) return fail({ word: rest[at] ?? '', expected: 'an IPv4 or IPv6 address' });
  if (words.includes('-6') && destination.family !== 6)
    return fail({ word: rest[at], expected: 'an IPv6 address' });
  const options = readOptions(rest.slice(at + 1), destination.family);
  if (!options.ok) return options;
  return ok({ text: text.trim(), flow: asKernelFlow(destination, options.value) });
}

type Options = Partial<Omit<Flow, 'destination'>>;
type Writable = { -readonly [K in keyof Options]: Options[K] };

function readOptions(words: readonly string[], family: Family): Result<Options, QueryProblem> {
  const out: Writable = {};
  for (let i = 0; i < words.length; i += 2) {
    const read = own(READERS, words[i]);
    if (!read) return fail({ word: words[i], expected: `one of ${Object.keys(READERS).join(', ')}` });
    const value = words[i + 1];
    const expected = value === undefined ? 'a value' : read(out, value, family);
    if (expected) return fail({ word: value ?? words[i], expected });
  }
  return ok(out);
}

/** Takes one value; says what was expected when it cannot. */
type Reader = (out: Writable, value: string, family: Family) => string | null;

const READERS: Readonly<Record<string, Reader>> = {
  from: (out, value, family) => readSource(out, value.split('/')[0], family),
  iif: (out, value) => set(out, 'inputDevice', value),
  dev: (out, value) => set(out, 'outputDevice', value),
  oif: (out, value) => set(out, 'outputDevice', value),
  mark: readMark,
  tos: readTos,
  dsfield: readTos,
  ipproto: (out, value) => readProtocol(out, value),
  sport: number('sourcePort', 0xffff),
  dport: number('destinationPort', 0xffff),
  uid: number('user', 0xffffffff),
};

function set<K extends keyof Writable>(out: Writable, key: K, value: Writable[K]): null {
  out[key] = value;
  return null;
}

function readSource(out: Writable, value: string, family: Family): string | null {
  const source = parseIp(value);
  if (source?.family !== family) return `an IPv${family} address`;
  return set(out, 'source', source);
}

function readProtocol(out: Writable, value: string): string | null {
  const known = protocolNumber(value);
  return known === undefined || known > 0xff
    ? 'icmp, tcp, udp, ipv6-icmp or a number'
    : set(out, 'protocol', known);
}

/** A packet bears one mark; masks are for rules. */
function readMark(out: Writable, value: string, family: Family): string | null {
  if (value.includes('/')) return 'a mark without a mask, such as 0x1: a mask belongs to a rule';
  return number('mark', 0xffffffff)(out, value, family);
}

/** A name of rt_dsfield, or a number, which iproute2 reads as hexadecimal (rtnl_dsfield_a2n). */
function readTos(out: Writable, value: string): string | null {
  const tos = dsFieldNamed(value) ?? parseNumber(value, 16);
  return tos >= 0 && tos <= 0xff
    ? set(out, 'tos', tos)
    : 'a tos such as 0x10, or a name such as EF or lowdelay';
}

function number(key: 'mark' | 'sourcePort' | 'destinationPort' | 'user', most: number): Reader {
  return (out, value) => {
    const parsed = parseNumber(value, 10);
    return parsed >= 0 && parsed <= most ? set(out, key, parsed) : `a number up to ${most}`;
  };
}

/** iproute2 reads a bare tos as hexadecimal, all else as C does. */
function parseNumber(value: string, bareBase: 10 | 16): number {
  if (/^0x[0-9a-f]+$/i.test(value)) return Number.parseInt(value, 16);
  const digits = bareBase === 16 ? /^[0-9a-f]+$/i : /^\d+$/;
  return digits.test(value) ? Number.parseInt(value, bareBase) : -1;
}

/**
 * What inet_rtm_getroute and inet6_rtm_getroute make of it: IPv4 takes UDP where no protocol is given, and a packet that
 * came in has no user (INVALID_UID).
 */
function asKernelFlow(destination: Ip, options: Options): Flow {
  const flow = flowOf(destination, options);
  const user = flow.inputDevice === null || options.user !== undefined ? flow.user : INVALID_USER;
  if (destination.family === 6) return { ...flow, user };
  const protocol = options.protocol ?? UDP;
  return flow.inputDevice === null ? { ...flow, protocol } : dissected({ ...flow, protocol, user });
}

/** On input the kernel reads ports from the packet that it makes up: an ICMP one has none. */
function dissected(flow: Flow): Flow {
  const hasPorts = flow.protocol === 6 || flow.protocol === UDP;
  return hasPorts ? flow : { ...flow, sourcePort: 0, destinationPort: 0 };
}
