import { type Family, parseIp } from '../../addr/ip.ts';
import type { Given, Listener } from '../host-state.ts';
import { Lines } from './lines.ts';
import { wholeNumber } from './names.ts';
import { type Hint, lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** `ss -ltn` and `ss -lun`, also together (`-ltun`, which puts the protocol first). Other sockets are passed over. */
export function readListeners(reading: Reading): Told {
  const listeners: Listener[] = [];
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const words = lines.words();
    if (isPassedOver(words)) continue;
    const listener = listenerOf(words, lines);
    if (listener) listeners.push(listener);
    else lineNotUnderstood(reading, lines.span, 'STATE RECV-Q SEND-Q LOCAL-ADDRESS:PORT PEER-ADDRESS:PORT');
  }
  // A line not understood may be the very socket that is asked for: the listing is then as good as not given.
  if (reading.problems.length > 0) return { listeners };
  return { listeners, given: givenOf(listeners, reading.section.hint) };
}

/** Whose sockets the listing covers: the protocols seen in it, and those that the options of `ss` name. */
function givenOf(listeners: readonly Listener[], { options, sure }: Hint): readonly Given[] {
  const given: Given[] = ['sockets'];
  const has = (protocol: 'tcp' | 'udp') =>
    listeners.some((one) => one.protocol === protocol) ||
    (sure ? new RegExp(`-[a-zA-Z]*${protocol[0]}`) : namedFor(protocol)).test(options);
  if (has('tcp')) given.push('tcp-sockets');
  if (has('udp')) given.push('udp-sockets');
  return given;
}

/** In a file's name, `ltn` or `lun` and the like; other words hold these letters, too. */
function namedFor(protocol: 'tcp' | 'udp'): RegExp {
  return new RegExp(`(?:^| )-?[lnpaeomiOHW46]*${protocol[0]}[lnpaeomiOHWtu46]*(?= |$)`);
}

/** What `-e`, `-m` and `-i` add on a line of its own below a socket. */
const BELOW = /^(?:skmem:|cubic|bbr|reno|ts |sack|rto:|wscale:|cgroup:|users:|timer:|ino:|fwmark:|bbr:)/;

/** The header, connected sockets, and sockets of other families. */
function isPassedOver(words: readonly string[]): boolean {
  if (BELOW.test(words.join(' ')) || /cgroup2? mount$/.test(words.join(' '))) return true;
  if (words[0] === 'State' || words[0] === 'Netid') return true;
  const state = words.find((word) => /^(?:LISTEN|UNCONN|ESTAB|[A-Z]+-[A-Z0-9-]+)$/.test(word));
  return (
    /^(?:u_|nl$|p_|raw|vsock|xdp|icmp6|mptcp|sctp)/.test(words[0]) ||
    (state !== undefined && !isWaiting(state))
  );
}

function isWaiting(state: string): boolean {
  return state === 'LISTEN' || state === 'UNCONN';
}

function listenerOf(words: readonly string[], lines: Lines): Listener | undefined {
  const rest = words[0] === 'tcp' || words[0] === 'udp' ? words.slice(1) : words;
  const [state, receive = '', send = '', local = ''] = rest;
  const end = endOf(local);
  const [receiveQueue, sendQueue] = [wholeNumber(receive), wholeNumber(send)];
  if (!isWaiting(state) || !end || receiveQueue === undefined || sendQueue === undefined) return undefined;
  const protocol = words[0] === 'udp' || state === 'UNCONN' ? 'udp' : 'tcp';
  return { protocol, ...end, receiveQueue, sendQueue, span: lines.span };
}

type End = Pick<Listener, 'address' | 'families' | 'device' | 'port'>;

/** `0.0.0.0:22`, `[::]:22`, `*:22` (both families), `127.0.0.53%lo:53`, `[fe80::1]%eth0:546`. */
function endOf(text: string): End | undefined {
  const match = /^(.*?)(?:%([^:\]]+))?:(\d+)$/.exec(text);
  if (!match) return undefined;
  const [, host, device, digits] = match;
  const port = wholeNumber(digits);
  const bare = host.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const address = bare === '*' ? null : parseIp(bare);
  if (address === undefined || port === undefined || port > 65535) return undefined;
  const zone = device ?? /%([^\]]+)\]$/.exec(host)?.[1] ?? null;
  const families: readonly Family[] = address ? [address.family] : [4, 6];
  const any = address !== null && (address.w0 | address.w1 | address.w2 | address.w3) === 0;
  return { address: any ? null : address, families, device: zone, port };
}
