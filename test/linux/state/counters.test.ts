import { describe, expect, it } from 'vitest';
import { quoteOf } from '../../../src/addr/source.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { stateOf } from './read-state.ts';

const NSTAT = (received: number, dropped: number) => `#kernel
IpInReceives                    ${received}               0.0
TcpExtListenDrops               0                  0.0
TcpExtIPReversePathFilter       ${dropped}                  0.0
`;

function values(state: HostState, name = 'TcpExtIPReversePathFilter') {
  const counter = state.counters.get(name);
  return counter && [counter.before?.value ?? null, counter.after.value];
}

function of(files: Record<string, string>): HostState {
  return buildHostState(
    'host',
    Object.entries(files).map(([path, text]) => ({ path, text })),
  );
}

describe('counters', () => {
  it('of one listing are those after', () => {
    const state = stateOf(NSTAT(18, 3));
    expect([...state.given]).toEqual(['counters']);
    expect(values(state)).toEqual([null, 3]);
    expect(quoteOf(state.counters.get('TcpExtIPReversePathFilter')!.after.span)).toMatchObject({
      line: 4,
      column: 1,
    });
  });

  it('before and after are told apart by name', () => {
    expect(values(of({ 'nstat-after.txt': NSTAT(5, 0), 'nstat-before.txt': NSTAT(18, 3) }))).toEqual([3, 0]);
  });

  it('else by their values, whatever the order of the files', () => {
    expect(values(of({ 'nstat-1.txt': NSTAT(18, 3), 'nstat-2.txt': NSTAT(5, 0) }))).toEqual([0, 3]);
    expect(values(of({ 'nstat-1.txt': NSTAT(5, 0), 'nstat-2.txt': NSTAT(18, 3) }))).toEqual([0, 3]);
    const pasted = `# nstat -az\n${NSTAT(5, 0)}# ping -c3 10.4.0.100\n# nstat -az\n${NSTAT(18, 3)}`;
    expect(values(stateOf(pasted))).toEqual([0, 3]);
  });

  it('come as JSON, as the kernel writes them, and as netstat -s tells them', () => {
    const json = '{"kernel":{"IpInReceives":18,"TcpExtIPReversePathFilter":3}}';
    const proc =
      'Ip: Forwarding DefaultTTL InReceives\nIp: 1 64 18\nTcpExt: SyncookiesSent IPReversePathFilter\nTcpExt: 0 3\n';
    const told = `Ip:
    Forwarding: 2
    18 total packets received
    2 dropped because of missing route
Icmp:
    2 ICMP messages received
    ICMP input histogram:
        echo requests: 1
    2 ICMP messages sent
    ICMP output histogram:
        echo replies: 1
TcpExt:
    4 times the listen queue of a socket overflowed
    IPReversePathFilter: 3
`;
    for (const text of [json, proc, told]) {
      const state = stateOf(text);
      expect(values(state)).toEqual([null, 3]);
      expect(values(state, 'IpInReceives')).toEqual([null, 18]);
      expect(state.problems).toEqual([]);
    }
    const state = stateOf(told);
    expect(values(state, 'IcmpInEchos')).toEqual([null, 1]);
    expect(values(state, 'IcmpOutMsgs')).toEqual([null, 2]);
    expect(values(state, 'IcmpOutEchoReps')).toEqual([null, 1]);
    expect(values(state, 'TcpExtListenOverflows')).toEqual([null, 4]);
    expect(values(state, 'IpOutNoRoutes')).toEqual([null, 2]);
  });

  it('of /proc stand below their names; what is no count is left out', () => {
    const text = `Ip: Forwarding DefaultTTL
Ip: 2 64
Tcp: RtoAlgorithm MaxConn ActiveOpens
Tcp: 1 -1 7
Udp: InDatagrams NoPorts
Udp: 5 6
`;
    const { counters, problems } = stateOf(text, 'proc/net/snmp');
    expect(problems).toEqual([]);
    expect([...counters].map(([name, { after }]) => [name, after.value])).toEqual([
      ['IpForwarding', 2],
      ['IpDefaultTTL', 64],
      ['TcpRtoAlgorithm', 1],
      ['TcpActiveOpens', 7],
      ['UdpInDatagrams', 5],
      ['UdpNoPorts', 6],
    ]);
    expect(quoteOf(counters.get('UdpNoPorts')!.after.span)).toMatchObject({ line: 6 });
  });

  it.each([
    ['fewer counts than names', 'Tcp: RtoMin RtoMax\nTcp: 1\n'],
    ['more counts than names', 'Tcp: RtoMin RtoMax\nTcp: 1 2 3\n'],
    ['counts of another protocol', 'Tcp: RtoMin RtoMax\nUdp: 1 2\n'],
    ['counts without names', 'Tcp: 1 2\n'],
  ])('%s are named', (_, text) => {
    const { problems, counters } = stateOf(
      `Ip: Forwarding DefaultTTL\nIp: 2 64\n${text}Udp: NoPorts\nUdp: 6\n`,
      'snmp',
    );
    expect(problems.map(({ kind }) => kind)).toEqual(['line-not-understood']);
    expect([...counters.keys()]).toEqual(['IpForwarding', 'IpDefaultTTL', 'UdpNoPorts']);
  });

  it('that are no numbers are named', () => {
    const { problems, counters } = stateOf('#kernel\nIpInReceives  many  0.0\nIpInDelivers  5  0.0\n');
    expect(problems).toMatchObject([{ kind: 'line-not-understood', span: { start: 8 } }]);
    expect([...counters.keys()]).toEqual(['IpInDelivers']);
  });
});

describe('conntrack -L', () => {
  const PLAIN = `tcp      6 119 TIME_WAIT src=10.2.0.100 dst=10.4.0.100 sport=42540 dport=8080 src=10.3.0.100 dst=10.2.0.100 sport=8080 dport=42540 [ASSURED] mark=7 use=1
icmp     1 28 src=10.2.0.100 dst=10.4.0.100 type=8 code=0 id=4567 [UNREPLIED] src=10.4.0.100 dst=10.2.0.100 type=0 code=0 id=4567 mark=0 zone=3 use=1
conntrack v1.4.7 (conntrack-tools): 2 flow entries have been shown.
`;
  const EXTENDED = PLAIN.replace(/^(tcp|icmp)/gm, 'ipv4     2 $1');

  it.each([PLAIN, EXTENDED])('reads both tuples, state, flags, mark and zone', (text) => {
    const { connections, given, problems } = stateOf(text);
    expect(problems).toEqual([]);
    expect([...given]).toEqual(['conntrack']);
    expect(connections).toMatchObject([
      {
        protocol: 6,
        state: 'TIME_WAIT',
        mark: 7,
        zone: 0,
        original: { sourcePort: 42540, destinationPort: 8080 },
        reply: { sourcePort: 8080, icmpId: null },
      },
      { protocol: 1, state: null, mark: 0, zone: 3, original: { sourcePort: null, icmpId: 4567 } },
    ]);
    expect(connections.map(({ flags }) => [...flags])).toEqual([['ASSURED'], ['UNREPLIED']]);
    expect(quoteOf(connections[1].span)).toMatchObject({ line: 2 });
  });

  it('is bounded, and says where', () => {
    const line = `${PLAIN.split('\n')[0]}\n`;
    const { connections, problems } = stateOf(line.repeat(100_002));
    expect(connections).toHaveLength(100_000);
    expect(problems).toMatchObject([{ kind: 'listing-too-long', most: 100_000 }]);
  });

  it('names lines that it does not understand', () => {
    const { problems } = stateOf(`${PLAIN}tcp 6 5 SYN_SENT src=10.0.0.300 dst=10.0.0.1 sport=1 dport=2\n`);
    expect(problems).toMatchObject([{ kind: 'line-not-understood' }]);
  });
});

describe('netstat -tulpn', () => {
  const HEADER = `Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
`;
  const text = `${HEADER}tcp        0      0 127.0.0.1:8080          0.0.0.0:*               LISTEN      4532/ncat
tcp        0      0 10.3.0.100:22           10.2.0.100:5555         ESTABLISHED 99/sshd
tcp6       0      0 :::80                   :::*                    LISTEN      4534/nginx
tcp6       0      0 :::22                   :::*                    LISTEN      4/sshd
tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      4/sshd
udp        0      0 127.0.0.1:5353          0.0.0.0:*                           4533/ncat
Active UNIX domain sockets (only servers)
Proto RefCnt Flags       Type       State         I-Node   Path
`;

  it('reads listeners', () => {
    const { listeners, given, problems } = stateOf(text);
    expect(problems).toEqual([]);
    expect([...given]).toEqual(['sockets', 'tcp-sockets', 'udp-sockets']);
    expect(listeners.map(({ protocol, port, families }) => [protocol, port, ...families])).toEqual([
      ['tcp', 8080, 4],
      ['tcp', 80, 4, 6],
      ['tcp', 22, 6],
      ['tcp', 22, 4],
      ['udp', 5353, 4],
    ]);
  });

  it('does not trust an address that was cut to its column', () => {
    const cut = `${HEADER}tcp6       0      0 2001:db8:3:0:ff:fe:443 :::*                    LISTEN      4/x\n`;
    const { listeners, given, problems } = stateOf(cut);
    expect(listeners).toEqual([]);
    expect([...given]).toEqual([]);
    expect(problems).toMatchObject([{ kind: 'line-not-understood' }]);
  });
});

describe('ss with details', () => {
  it('passes over what stands below a socket', () => {
    const { listeners, problems } = stateOf(`State  Recv-Q Send-Q Local Address:Port Peer Address:PortProcess
LISTEN 0      10         127.0.0.1:8080      0.0.0.0:*    users:(("ncat",pid=4532,fd=3)) ino:4708589 sk:87 <->
\t skmem:(r0,rb131072,t0,tb16384,f0,w0,o0,bl0,d0)
`);
    expect(problems).toEqual([]);
    expect(listeners).toMatchObject([{ port: 8080 }]);
  });

  it('of which a line is not understood does not tell who does not listen', () => {
    const { given } = stateOf(
      'State Recv-Q Send-Q Local Address:Port Peer Address:Port\nLISTEN 0 10 *:ssh *:*\n',
      'ss-ltn.txt',
    );
    expect([...given]).toEqual([]);
  });
});
