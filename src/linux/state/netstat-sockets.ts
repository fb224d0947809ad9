import { type Family, parseIp } from '../../addr/ip.ts';
import type { Given, Listener } from '../host-state.ts';
import { Lines } from './lines.ts';
import { wholeNumber } from './names.ts';
import { lineNotUnderstood, type Reading } from './section.ts';
import type { Told } from './told.ts';

/** Width at which netstat cuts an address to make room for its port, unless `-W` is given (net-tools, netstat.c addr_do_one). */
const CUT_AT = 22;

/** `netstat -tulpn` and the like: protocol, queues, local and foreign address, a state for TCP. */
export function readNetstatSockets(reading: Reading): Told {
  const listeners: Listener[] = [];
  const lines = new Lines(reading.section);
  while (lines.next()) {
    const words = lines.words();
    // Where the sockets of other families begin, or the routes.
    if (/^Active UNIX/.test(lines.text)) break;
    if (isPassedOver(words)) continue;
    const listener = listenerOf(words, lines);
    if (listener) listeners.push(listener);
    else
      lineNotUnderstood(
        reading,
        lines.span,
        'PROTOCOL RECV-Q SEND-Q LOCAL-ADDRESS:PORT FOREIGN-ADDRESS:PORT STATE',
      );
  }
  return {
    listeners: listeners.map((one) => withFamilies(one, listeners)),
    given: givenOf(reading, listeners),
  };
}

/** Headings, other protocols, and sockets connected or going. */
function isPassedOver(words: readonly string[]): boolean {
  if (!/^(?:tcp|udp)6?$/.test(words[0])) return true;
  if (words[0].startsWith('tcp')) return words[5] !== undefined && words[5] !== 'LISTEN';
  return words[5] === 'ESTABLISHED';
}

function listenerOf(words: readonly string[], lines: Lines): Listener | undefined {
  const [protocol, receive = '', send = '', local = ''] = words;
  const [receiveQueue, sendQueue] = [wholeNumber(receive), wholeNumber(send)];
  const cut = local.lastIndexOf(':');
  const port = wholeNumber(local.slice(cut + 1));
  const text = local.slice(0, cut).replace(/%.*$/, '');
  const address = parseIp(text);
  const doubtful = protocol.endsWith('6') && local.length >= CUT_AT && !lines.text.includes(`${local}    `);
  if (cut < 0 || !address || port === undefined || doubtful) return undefined;
  if (receiveQueue === undefined || sendQueue === undefined) return undefined;
  const any = (address.w0 | address.w1 | address.w2 | address.w3) === 0;
  return {
    protocol: protocol.startsWith('tcp') ? 'tcp' : 'udp',
    address: any ? null : address,
    families: [address.family],
    device: null,
    port,
    receiveQueue,
    sendQueue,
    span: lines.span,
  };
}

/** `:::22` takes IPv4 as well, unless another socket has the port there: netstat does not show IPV6_V6ONLY. */
function withFamilies(one: Listener, all: readonly Listener[]): Listener {
  const rival = all.some(
    ({ protocol, port, families }) => protocol === one.protocol && port === one.port && families.includes(4),
  );
  const both: readonly Family[] = [4, 6];
  return one.address === null && one.families[0] === 6 && !rival ? { ...one, families: both } : one;
}

/** A line not understood may be the very socket that is asked for: the listing is then as good as not given. */
function givenOf(reading: Reading, listeners: readonly Listener[]): Given[] {
  if (reading.problems.length > 0) return [];
  const { options } = reading.section.hint;
  const given: Given[] = ['sockets'];
  const onlyUdp = /(?:^| )-?[lnpaeWo46]*u[lnpaeWo46]*(?: |$)/.test(options);
  const onlyTcp = /(?:^| )-?[lnpaeWo46]*t[lnpaeWo46]*(?: |$)/.test(options);
  const has = (protocol: string) => listeners.some((one) => one.protocol === protocol);
  if (has('tcp') || !onlyUdp) given.push('tcp-sockets');
  if (has('udp') || !onlyTcp) given.push('udp-sockets');
  return given;
}
