import type { CounterReading } from '../host-state.ts';
import { Lines } from './lines.ts';
import { toldOf } from './nstat.ts';
import type { Reading } from './section.ts';
import type { Told } from './told.ts';

/** Sentences of `netstat -s` by the counter they tell (net-tools, statistics.c); those that a diagnosis may ask for. */
const SENTENCES: Readonly<Record<string, readonly (readonly [RegExp, string])[]>> = {
  Ip: [
    [/^(\d+) total packets received$/, 'IpInReceives'],
    [/^(\d+) with invalid headers$/, 'IpInHdrErrors'],
    [/^(\d+) with invalid addresses$/, 'IpInAddrErrors'],
    [/^(\d+) forwarded$/, 'IpForwDatagrams'],
    [/^(\d+) with unknown protocol$/, 'IpInUnknownProtos'],
    [/^(\d+) incoming packets discarded$/, 'IpInDiscards'],
    [/^(\d+) incoming packets delivered$/, 'IpInDelivers'],
    [/^(\d+) requests sent out$/, 'IpOutRequests'],
    [/^(\d+) outgoing packets dropped$/, 'IpOutDiscards'],
    [/^(\d+) dropped because of missing route$/, 'IpOutNoRoutes'],
  ],
  Icmp: [
    [/^(\d+) ICMP messages received$/, 'IcmpInMsgs'],
    [/^(\d+) ICMP messages sent$/, 'IcmpOutMsgs'],
  ],
  'Icmp input': [
    [/^echo requests: (\d+)$/, 'IcmpInEchos'],
    [/^echo replies: (\d+)$/, 'IcmpInEchoReps'],
    [/^destination unreachable: (\d+)$/, 'IcmpInDestUnreachs'],
  ],
  'Icmp output': [
    [/^echo requests: (\d+)$/, 'IcmpOutEchos'],
    [/^echo repl(?:ies|y): (\d+)$/, 'IcmpOutEchoReps'],
    [/^destination unreachable: (\d+)$/, 'IcmpOutDestUnreachs'],
  ],
  Tcp: [
    [/^(\d+) active connection openings$/, 'TcpActiveOpens'],
    [/^(\d+) passive connection openings$/, 'TcpPassiveOpens'],
    [/^(\d+) failed connection attempts$/, 'TcpAttemptFails'],
    [/^(\d+) segments received$/, 'TcpInSegs'],
    [/^(\d+) segments sent out$/, 'TcpOutSegs'],
    [/^(\d+) segments retransmitted$/, 'TcpRetransSegs'],
    [/^(\d+) resets sent$/, 'TcpOutRsts'],
  ],
  Udp: [
    [/^(\d+) packets received$/, 'UdpInDatagrams'],
    [/^(\d+) packets to unknown port received$/, 'UdpNoPorts'],
    [/^(\d+) packet receive errors$/, 'UdpInErrors'],
    [/^(\d+) packets sent$/, 'UdpOutDatagrams'],
  ],
  TcpExt: [
    [/^(\d+) SYNs to LISTEN sockets dropped$/, 'TcpExtListenDrops'],
    [/^(\d+) times the listen queue of a socket overflowed$/, 'TcpExtListenOverflows'],
    [/^(\d+) ICMP packets dropped because they were out-of-window$/, 'TcpExtOutOfWindowIcmps'],
  ],
};

/** Counters without a sentence of their own stand under their name: `    IPReversePathFilter: 3`. */
const NAMED = /^([A-Z]\w*): (\d+)$/;

/** `netstat -s`. Sentences of no use here are passed over, as there are hundreds. */
export function readNetstatStatistics(reading: Reading): Told {
  const counters = new Map<string, CounterReading>();
  const lines = new Lines(reading.section);
  let part = '';
  while (lines.next()) {
    const text = lines.text;
    const heading = /^([A-Z]\w*):$/.exec(text);
    const histogram = /^ICMP (input|output) histogram:$/.exec(text);
    if (heading) part = heading[1];
    else if (histogram) part = `Icmp ${histogram[1]}`;
    else takeLine(part, text, lines, counters);
  }
  return toldOf(counters, reading);
}

function takeLine(part: string, text: string, lines: Lines, into: Map<string, CounterReading>): void {
  // Lines after the input histogram are of ICMP again.
  const own = [...(SENTENCES[part] ?? []), ...(part.startsWith('Icmp ') ? SENTENCES.Icmp : [])];
  for (const [pattern, name] of own) {
    const match = pattern.exec(text);
    if (match) into.set(name, { value: Number(match[1]), span: lines.span });
  }
  const named = NAMED.exec(text);
  if (named) into.set(part + named[1], { value: Number(named[2]), span: lines.span });
}
