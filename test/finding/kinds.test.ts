import { describe, expect, it } from 'vitest';
import type { HostIdentity, InterfaceIdentity } from '../../src/addr/identity.ts';
import { sameIp } from '../../src/addr/ip.ts';
import type { Prefix } from '../../src/addr/prefix.ts';
import { correlate } from '../../src/exchange/correlate.ts';
import type { CorrelateOptions } from '../../src/exchange/options.ts';
import { type Findings, find } from '../../src/finding/find.ts';
import { BASE_SECONDS, ScriptedCapture } from '../exchange/support/capture.ts';
import {
  ACK,
  arp,
  echoReply,
  echoRequest,
  icmpError,
  ipOf,
  RST,
  SYN,
  tcp,
  udp,
} from '../exchange/support/packets.ts';

/** Each kind from packets alone, as both hosts' captures show it; and which one is told where several would fit. */

const A = '10.2.0.100';
const B = '10.4.0.100';
const OTHER = '10.3.0.100';
const PUBLIC = '203.0.113.10';
const ping = { src: A, dst: B, id: 7, seq: 1, data: 'stamp' };
const pong = { src: B, dst: A, id: 7, seq: 1, data: 'stamp' };
const syn = { src: A, dst: B, srcPort: 40000, dstPort: 1521, seq: 1000 };
const synAck = { src: B, dst: A, srcPort: 1521, dstPort: 40000, seq: 5000, ack: 1001 };
const last = { ...syn, seq: 1001, ack: 5001 };
const reset = tcp({ ...syn, seq: 1001 }, RST);

const card = (name: string, address: string): InterfaceIdentity => ({
  name,
  index: null,
  mac: null,
  addresses: [{ address: ipOf(address), length: 24 }],
  neighbours: [],
});

const card6 = (name: string, address: string): InterfaceIdentity => ({
  ...card(name, address),
  addresses: [{ address: ipOf(address), length: 64 }],
});

const HOSTS: readonly HostIdentity[] = [
  { host: 'A', interfaces: [card('if3', A), card6('if3', 'fd00:2::100')] },
  { host: 'B', interfaces: [card('if3', B), card('if2', OTHER), card6('if3', 'fd00:4::100')] },
];

const STATED = new Set(['A', 'B']);

type Scene = (a: ScriptedCapture, b: ScriptedCapture) => void;

async function foundIn(scene: Scene): Promise<Findings> {
  const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
  scene(a, b);
  return find(await correlate([a, b].map((one) => one.input())), HOSTS, STATED);
}

async function told(scene: Scene): Promise<string[]> {
  return (await foundIn(scene)).findings.map(({ level, kind }) => `${level} ${kind}`);
}

const asks: Scene = (a, b) => {
  a.see(0, 3, 'out', echoRequest(ping));
  b.see(0.1, 3, 'in', echoRequest(ping));
};
const handshake =
  (...ms: number[]): Scene =>
  (a, b) => {
    for (const at of ms) {
      a.see(at, 3, 'out', tcp(syn, SYN));
      b.see(at + 0.1, 3, 'in', tcp(syn, SYN));
    }
  };

/** A asks whom it may concern; B answers from its own address. */
const answersMany =
  (src: string, asked: string, own: string): Scene =>
  (a, b) => {
    const [question, answer] = [
      { ...ping, src, dst: asked },
      { ...pong, src: own, dst: src },
    ];
    a.see(0, 3, 'out', echoRequest(question)).see(0.3, 3, 'in', echoReply(answer));
    b.see(0.1, 3, 'in', echoRequest(question)).see(0.2, 3, 'out', echoReply(answer));
  };

const itself = { src: A, dst: A, srcPort: 40000, dstPort: 9, seq: 1000 };

const SCENES: readonly [string, string[], Scene][] = [
  ['a ping to a multicast group', [], answersMany(A, '224.0.0.1', B)],
  ['a ping to an IPv6 multicast group', [], answersMany('fd00:2::100', 'ff02::1', 'fd00:4::100')],
  ['a ping to all of a network', [], answersMany(A, '10.4.0.255', B)],
  ['a ping to all that hear it', [], answersMany(A, '255.255.255.255', B)],
  ['a ping to any router of a network', [], answersMany('fd00:2::100', 'fd00:4::', 'fd00:4::100')],
  ['a ping to an address that is none of these', ['error wrong-source'], answersMany(A, '10.4.0.254', B)],
  [
    'a datagram that a neighbour broadcasts to an address that is no address of the network',
    [],
    (_, b) => b.see(0, 3, 'all', udp('10.4.0.1', 138, '10.255.255.255', 138, 'x')),
  ],
  [
    'the same to a group of cards, which do not bear it',
    [],
    (_, b) => b.see(0, 3, 'group', udp('10.4.0.1', 138, '10.4.0.50', 138, 'x')),
  ],
  [
    'the same to the host itself',
    ['error unanswered'],
    (_, b) => b.see(0, 3, 'in', udp('10.4.0.1', 138, '10.255.255.255', 138, 'x')),
  ],
  [
    'a datagram to the host by broadcast',
    ['error unanswered'],
    (_, b) => b.see(0, 3, 'all', udp('10.4.0.1', 138, B, 138, 'x')),
  ],
  [
    'a connection to a group of cards, one of which bears the address',
    ['error unanswered'],
    (a, b) => {
      a.see(0, 3, 'out', tcp(syn, SYN));
      b.see(0.1, 3, 'group', tcp(syn, SYN));
    },
  ],
  [
    'a connection of a host to itself that is refused',
    ['error refused'],
    (a) => {
      const reset = { src: A, dst: A, srcPort: 9, dstPort: 40000, seq: 0, ack: 1001 };
      a.see(0, 1, 'in', tcp(itself, SYN)).see(0.1, 1, 'in', tcp(reset, RST | ACK));
    },
  ],
  [
    'a datagram of a host to itself that is rejected',
    ['error rejected'],
    (a) => {
      const question = udp(A, 40000, A, 9, 'x');
      a.see(0, 1, 'in', question).see(0.1, 1, 'in', icmpError(A, A, 3, 3, question));
    },
  ],
  [
    'a reply that does not arrive although a router says source quench',
    ['error unanswered'],
    (a, b) => {
      asks(a, b);
      a.see(0.3, 3, 'in', icmpError('10.2.0.1', A, 4, 0, echoRequest(ping)));
    },
  ],
  [
    'a ping and its reply',
    [],
    (a, b) => {
      asks(a, b);
      b.see(0.2, 3, 'out', echoReply(pong));
      a.see(0.3, 3, 'in', echoReply(pong));
    },
  ],
  [
    'a request that does not arrive',
    ['error request-lost'],
    (a, b) => {
      a.see(0, 3, 'out', echoRequest(ping));
      b.see(0, 3, 'in', arp(1, '10.4.0.1', B));
    },
  ],
  ['a request without an answer', ['error unanswered'], asks],
  [
    'a reply that does not arrive',
    ['error reply-lost'],
    (a, b) => {
      asks(a, b);
      b.see(0.2, 3, 'out', echoReply(pong));
    },
  ],
  [
    'the same by another interface',
    ['error asymmetric-reply'],
    (a, b) => {
      asks(a, b);
      b.see(0.2, 2, 'out', echoReply(pong));
    },
  ],
  [
    'a reply by another interface that arrives',
    ['warning asymmetric-reply'],
    (a, b) => {
      asks(a, b);
      b.see(0.2, 2, 'out', echoReply(pong));
      a.see(0.3, 3, 'in', echoReply(pong));
    },
  ],
  [
    'wrong source before asymmetric',
    ['error wrong-source'],
    (a, b) => {
      asks(a, b);
      b.see(0.2, 2, 'out', echoReply({ ...pong, src: OTHER }));
      a.see(0.3, 3, 'in', echoReply({ ...pong, src: OTHER }));
    },
  ],
  [
    'an address translated forth and back',
    [],
    (a, b) => {
      a.see(0, 3, 'out', echoRequest({ ...ping, dst: PUBLIC }));
      b.see(0.1, 3, 'in', echoRequest({ ...ping, ttl: 62 }));
      b.see(0.2, 3, 'out', echoReply(pong));
      a.see(0.3, 3, 'in', echoReply({ ...pong, src: PUBLIC }));
    },
  ],
  [
    'a reply past the box that translated the request',
    ['error wrong-source'],
    (a, b) => {
      a.see(0, 3, 'out', echoRequest({ ...ping, dst: PUBLIC }));
      b.see(0.1, 3, 'in', echoRequest({ ...ping, ttl: 62 }));
      b.see(0.2, 2, 'out', echoReply(pong));
      a.see(0.3, 3, 'in', echoReply(pong));
    },
  ],
  [
    'a source translated on the way',
    [],
    (a, b) => {
      const masked = { ...ping, src: '10.9.0.1', id: 99, ttl: 63 };
      a.see(0, 3, 'out', echoRequest(ping));
      b.see(0.1, 3, 'in', echoRequest(masked));
      b.see(0.2, 3, 'out', echoReply({ ...masked, src: B, dst: masked.src }));
      a.see(0.3, 3, 'in', echoReply(pong));
    },
  ],
  [
    'a SYN-ACK that is not taken: asked again',
    ['error reply-not-accepted'],
    (a, b) => {
      handshake(0)(a, b);
      b.see(0.2, 3, 'out', tcp(synAck, SYN | ACK));
      a.see(0.3, 3, 'in', tcp(synAck, SYN | ACK));
      handshake(1000)(a, b);
    },
  ],
  [
    'a port that is found open by a SYN past the kernel, which resets the answer',
    [],
    (a, b) => {
      handshake(0)(a, b);
      b.see(0.2, 3, 'out', tcp(synAck, SYN | ACK));
      a.see(0.3, 3, 'in', tcp(synAck, SYN | ACK)).see(0.4, 3, 'out', reset);
    },
  ],
  [
    'a SYN-ACK that is not taken: reset, though it was asked for again',
    ['error reply-not-accepted'],
    (a, b) => {
      handshake(0)(a, b);
      a.see(1000, 3, 'out', tcp(syn, SYN));
      b.see(2000, 3, 'out', tcp(synAck, SYN | ACK));
      a.see(2000.1, 3, 'in', tcp(synAck, SYN | ACK)).see(2000.2, 3, 'out', reset);
    },
  ],
  [
    'a SYN-ACK that is not taken: reset, as it came in where the socket is not',
    ['error reply-not-accepted'],
    (a, b) => {
      handshake(0)(a, b);
      b.see(0.2, 3, 'out', tcp(synAck, SYN | ACK));
      a.see(0.3, 2, 'in', tcp(synAck, SYN | ACK)).see(0.4, 3, 'out', reset);
    },
  ],
  [
    'a port that nobody listens on',
    ['error refused'],
    (a, b) => {
      handshake(0)(a, b);
      b.see(0.2, 3, 'out', tcp({ ...synAck, seq: 0 }, RST | ACK));
      a.see(0.3, 3, 'in', tcp({ ...synAck, seq: 0 }, RST | ACK));
    },
  ],
  [
    'an error that quotes the request, before request-lost',
    ['error rejected'],
    (a, b) => {
      a.see(0, 3, 'out', echoRequest(ping)).see(
        1,
        3,
        'in',
        icmpError('10.2.0.1', A, 3, 13, echoRequest(ping)),
      );
      b.see(0, 3, 'in', arp(1, '10.4.0.1', B));
    },
  ],
  [
    'questions by ARP that nobody answers',
    ['error request-not-sent'],
    (a, b) => {
      for (const ms of [0, 1000, 2000]) a.see(ms, 3, 'out', arp(1, A, B));
      b.see(0, 3, 'in', arp(1, '10.4.0.1', B));
    },
  ],
];

describe('one finding a failing exchange', () => {
  it.each(SCENES)('%s', async (_, expected, scene) => {
    expect(await told(scene)).toEqual(expected);
  });
});

describe('a request for another host that is seen on lo', () => {
  const lo = { ...card('lo', '127.0.0.1'), index: 1 };
  const [a, b] = HOSTS;
  const hosts = [{ ...a, interfaces: [lo, ...a.interfaces] }, b];
  const kindsOf = async (scene: Scene) => {
    const captures = [new ScriptedCapture('A'), new ScriptedCapture('B')] as const;
    scene(...captures);
    const all = await correlate(captures.map((one, at) => one.input({ identity: hosts[at] })));
    return find(all, hosts, STATED).findings.map(({ kind }) => kind);
  };
  const quiet = arp(1, '10.4.0.1', B);

  it('was never sent', async () => {
    const scene: Scene = (one, other) => {
      one.see(0, 1, 'in', echoRequest(ping));
      other.see(0, 3, 'in', quiet);
    };
    expect(await kindsOf(scene)).toEqual(['request-not-sent']);
  });

  it('was sent where it is seen on a card as well', async () => {
    const scene: Scene = (one, other) => {
      one.see(0, 1, 'in', echoRequest(ping)).see(0.1, 3, 'out', echoRequest(ping));
      other.see(0, 3, 'in', quiet);
    };
    expect(await kindsOf(scene)).toEqual(['request-lost']);
  });
});

describe('a request that came to a third host', () => {
  const strayed = async (scene: (third: ScriptedCapture) => void) => {
    const [a, b, third] = [new ScriptedCapture('A'), new ScriptedCapture('B'), new ScriptedCapture('C')];
    a.see(0, 3, 'out', echoRequest(ping)).see(2000, 3, 'out', echoRequest({ ...ping, dst: OTHER, seq: 2 }));
    b.see(2000.1, 2, 'in', echoRequest({ ...ping, dst: OTHER, seq: 2 }));
    scene(third);
    const inputs = [a, b, third].map((one) => one.input());
    const { findings } = find(await correlate(inputs), HOSTS, STATED);
    const lost = findings.find(({ probe }) => probe.dst && sameIp(probe.dst, ipOf(B)));
    expect(lost?.kind).toBe('request-lost');
    return lost;
  };

  it('was seen last there, where it does not go on', async () => {
    const lost = await strayed((third) =>
      third.see(0.1, 4, 'in', echoRequest(ping)).see(0.2, 5, 'in', echoRequest(ping)),
    );
    expect(lost?.stray).toEqual({ host: 'C', interface: 'if4', src: ipOf(A), covered: true });
    expect(lost?.evidence.map(({ host }) => host)).toEqual(['A', 'C']);
  });

  it('was passed on where it is seen to leave', async () => {
    const lost = await strayed((third) =>
      third.see(0.1, 4, 'in', echoRequest(ping)).see(0.2, 5, 'out', echoRequest(ping)),
    );
    expect(lost?.stray).toBeNull();
  });

  it('only came by, where it was addressed to another', async () => {
    expect((await strayed((third) => third.see(0.1, 4, 'other', echoRequest(ping))))?.stray).toBeNull();
  });
});

describe("a reply by another way, seen at the responder's alone", () => {
  const alone = async (scene: (b: ScriptedCapture) => void) => {
    const b = new ScriptedCapture('B');
    scene(b);
    const { findings, exchanges } = find(await correlate([b.input()]), [HOSTS[1]], new Set(['B']));
    return { told: findings.map(({ level, kind, success }) => `${level} ${kind} ${success}`), exchanges };
  };
  const connects = (b: ScriptedCapture) =>
    b.see(0, 3, 'in', tcp(syn, SYN)).see(0.1, 2, 'out', tcp(synAck, SYN | ACK));

  it('is no success, as far as anybody saw', async () => {
    const { told, exchanges } = await alone((b) =>
      b.see(0, 3, 'in', echoRequest(ping)).see(0.1, 2, 'out', echoReply(pong)),
    );
    expect(told).toEqual(['warning asymmetric-reply open']);
    expect(exchanges).toEqual({ total: 1, answered: 0, failed: 0, undecided: 1 });
  });

  it('is one where the originator acknowledges it', async () => {
    const { told, exchanges } = await alone((b) => connects(b).see(0.2, 3, 'in', tcp(last, ACK)));
    expect(told).toEqual(['warning asymmetric-reply yes']);
    expect(exchanges.answered).toBe(1);
    expect((await alone(connects)).told).toEqual(['warning asymmetric-reply open']);
  });

  it('is none where the originator asks again', async () => {
    const { told } = await alone((b) => connects(b).see(1000, 3, 'in', tcp(syn, SYN)));
    expect(told).toEqual(['error asymmetric-reply no']);
  });

  it('by the right way it is as good as an answer', async () => {
    const { exchanges } = await alone((b) =>
      b.see(0, 3, 'in', echoRequest(ping)).see(0.1, 3, 'out', echoReply(pong)),
    );
    expect(exchanges).toEqual({ total: 1, answered: 1, failed: 0, undecided: 0 });
  });
});

describe('the last ACK of a handshake', () => {
  const until: Scene = (a, b) => {
    handshake(0)(a, b);
    b.see(0.2, 3, 'out', tcp(synAck, SYN | ACK));
    a.see(0.3, 3, 'in', tcp(synAck, SYN | ACK));
  };

  it('is lost where the SYN-ACK is repeated', async () => {
    const scene: Scene = (a, b) => {
      until(a, b);
      a.see(0.4, 3, 'out', tcp(last, ACK));
      b.see(1000, 3, 'out', tcp(synAck, SYN | ACK));
      a.see(1000.2, 3, 'in', tcp(synAck, SYN | ACK));
    };
    expect(await told(scene)).toEqual(['error handshake-stalled']);
  });

  it('is lost where it left and others arrive, though the SYN-ACK is not repeated', async () => {
    const scene: Scene = (a, b) => {
      until(a, b);
      a.see(0.4, 3, 'out', tcp(last, ACK));
      const other = { ...syn, srcPort: 40001 };
      for (const [one, way] of [
        [a, 'out'],
        [b, 'in'],
      ] as const) {
        one.see(10, 3, way, tcp(other, SYN)).see(12, 3, way, tcp({ ...last, srcPort: 40001 }, ACK));
      }
      const back = tcp({ ...synAck, dstPort: 40001 }, SYN | ACK);
      a.see(11, 3, 'in', back);
      b.see(11, 3, 'out', back);
    };
    expect(await told(scene)).toEqual(['error handshake-stalled']);
  });

  describe("as the originator's capture alone shows it", () => {
    /** @param at when the SYN-ACK comes, in milliseconds after the SYN */
    const alone = async (at: readonly number[], ...more: ((a: ScriptedCapture) => void)[]) => {
      const a = new ScriptedCapture('A');
      a.see(0, 3, 'out', tcp(syn, SYN));
      for (const ms of at) {
        a.see(ms, 3, 'in', tcp(synAck, SYN | ACK)).see(ms + 0.1, 3, 'out', tcp(last, ACK));
      }
      for (const one of more) one(a);
      const { findings, exchanges } = find(await correlate([a.input()]), [HOSTS[0]], STATED);
      expect(exchanges.total).toBe(1);
      return findings.map(({ level, kind }) => `${level} ${kind}`);
    };

    it('is lost where the SYN-ACK comes again and again', async () => {
      expect(await alone([1, 1001, 3001])).toEqual(['error handshake-stalled']);
    });

    it('may have been lost once by chance', async () => {
      expect(await alone([1, 1001])).toEqual([]);
    });

    it('is not lost where other cards show the same SYN-ACKs', async () => {
      const bridge = (a: ScriptedCapture) => {
        a.see(1.01, 4, 'in', tcp(synAck, SYN | ACK)).see(1.02, 5, 'in', tcp(synAck, SYN | ACK));
      };
      expect(await alone([1, 1001], bridge)).toEqual([]);
      expect(await alone([1], bridge)).toEqual([]);
    });

    it('is told of one connection beside another that only lost it once', async () => {
      const a = new ScriptedCapture('A');
      for (const [start, srcPort, times] of [
        [0, 40000, [1, 1001]],
        [10_000, 40001, [1, 1001, 3001]],
      ] as const) {
        a.see(start, 3, 'out', tcp({ ...syn, srcPort }, SYN));
        for (const ms of times) {
          a.see(start + ms, 3, 'in', tcp({ ...synAck, dstPort: srcPort }, SYN | ACK));
          a.see(start + ms + 0.1, 3, 'out', tcp({ ...last, srcPort }, ACK));
        }
      }
      const { exchanges } = find(await correlate([a.input()]), [HOSTS[0]], STATED);
      expect(exchanges).toEqual({ total: 2, answered: 1, failed: 1, undecided: 0 });
    });

    it('is under way where the SYN-ACK itself takes as long as it takes to be repeated', async () => {
      expect(await alone([2500, 3500, 5000])).toEqual([]);
    });

    it('is no matter where each SYN-ACK answers a SYN of its own', async () => {
      const asksAgain = (a: ScriptedCapture) => {
        a.see(1000, 3, 'out', tcp(syn, SYN)).see(3000, 3, 'out', tcp(syn, SYN));
      };
      expect(await alone([900, 1900, 3900], asksAgain)).toEqual([]);
    });
  });

  it('arrived where the responder shows it, though no SYN-ACK is seen to leave there', async () => {
    const scene: Scene = (a, b) => {
      handshake(0)(a, b);
      a.see(0.4, 3, 'out', tcp(last, ACK));
      b.see(0.5, 3, 'in', tcp(last, ACK));
      for (const ms of [0.3, 1000, 3000]) a.see(ms, 3, 'in', tcp(synAck, SYN | ACK));
    };
    expect(await told(scene)).toEqual([]);
  });

  it('says nothing where no plain ACK is in the captures at all', async () => {
    expect(await told(until)).toEqual([]);
  });
});

describe('UDP', () => {
  const asksUdp = (data: string, srcPort = 5000) => udp(A, srcPort, B, 7000, data);

  it('may not have been taken though it arrived, which the state may tell', async () => {
    const { findings, arrived } = await foundIn((a, b) => {
      a.see(0, 3, 'out', asksUdp('1'));
      b.see(0.1, 3, 'in', asksUdp('1')).see(0.2, 3, 'out', udp(B, 7000, A, 5000, 'yes'));
      a.see(0.3, 3, 'in', udp(B, 7000, A, 5000, 'yes'));
    });
    expect(findings).toEqual([]);
    expect(arrived.map(({ finding: { kind, basis } }) => `${basis} ${kind}`)).toEqual([
      'computed reply-not-accepted',
    ]);
  });

  const both =
    (count: number, distance: number): Scene =>
    (a, b) => {
      for (let i = 0; i < count; i++) {
        a.see(i * distance, 3, 'out', asksUdp(`message ${i}`));
        b.see(i * distance + 0.1, 3, 'in', asksUdp(`message ${i}`));
      }
    };

  it('is an error without an answer, a note where it looks like a protocol that has none', async () => {
    expect(await told(both(3, 1000))).toEqual(['error unanswered']);
    expect(await told(both(20, 1000))).toEqual(['note unanswered']);
    const { exchanges } = await foundIn(both(20, 1000));
    expect(exchanges).toEqual({ total: 20, answered: 0, failed: 0, undecided: 20 });
  });

  it('is an error where many are sent from one socket and none arrives', async () => {
    const scene: Scene = (a, b) => {
      for (let i = 0; i < 20; i++) a.see(i * 1000, 3, 'out', asksUdp(`message ${i}`));
      b.see(0, 3, 'in', arp(1, '10.4.0.1', B)).see(19_000, 3, 'in', arp(1, '10.4.0.1', B));
    };
    expect(await told(scene)).toEqual(['error request-lost']);
  });

  it('may end a conversation without an answer', async () => {
    const scene: Scene = (a, b) => {
      both(1, 0)(a, b);
      b.see(0.2, 3, 'out', udp(B, 7000, A, 5000, 'yes'));
      a.see(0.3, 3, 'in', udp(B, 7000, A, 5000, 'yes')).see(0.4, 3, 'out', asksUdp('thanks'));
      b.see(0.5, 3, 'in', asksUdp('thanks'));
    };
    expect(await told(scene)).toEqual([]);
  });

  it('is not accepted where the originator itself refuses the answer', async () => {
    const answer = udp(B, 7000, A, 5000, 'yes');
    const scene: Scene = (a, b) => {
      both(1, 0)(a, b);
      b.see(0.2, 3, 'out', answer);
      a.see(0.3, 3, 'in', answer).see(0.4, 3, 'out', icmpError(A, B, 3, 3, answer));
    };
    expect(await told(scene)).toEqual(['error reply-not-accepted']);
  });
});

describe('what sets the failing ones apart', () => {
  const play =
    (answered: (i: number) => boolean, size: (i: number) => number): Scene =>
    (a, b) => {
      for (let i = 0; i < 20; i++) {
        const one = { id: 7, seq: i, data: 'x'.repeat(size(i)) };
        a.see(i * 1000, 3, 'out', echoRequest({ ...one, src: A, dst: B }));
        if (!answered(i)) continue;
        b.see(i * 1000 + 0.1, 3, 'in', echoRequest({ ...one, src: A, dst: B }));
        b.see(i * 1000 + 0.2, 3, 'out', echoReply({ ...one, src: B, dst: A }));
        a.see(i * 1000 + 0.3, 3, 'in', echoReply({ ...one, src: B, dst: A }));
      }
      b.see(20_000, 3, 'in', arp(1, '10.4.0.1', B));
    };

  it('is their size: large packets are lost', async () => {
    const { findings } = await foundIn(
      play(
        (i) => i % 2 === 0,
        (i) => (i % 2 === 0 ? 56 : 1472),
      ),
    );
    expect(findings.map(({ kind, distinction }) => [kind, distinction])).toEqual([
      [
        'data-lost',
        { kind: 'size', byTime: false, worked: { least: 64, most: 64 }, failed: { least: 1480, most: 1480 } },
      ],
    ]);
  });

  it('is their size also where all that was lost came before the other capture shows anything', async () => {
    const scene: Scene = (a, b) => {
      for (let i = 0; i < 6; i++) {
        const one = { id: 7 + Number(i > 2), seq: i % 3, data: 'x'.repeat(i > 2 ? 56 : 1472) };
        a.see(i * 300, 3, 'out', echoRequest({ ...one, src: A, dst: B }));
        if (i < 3) continue;
        b.see(i * 300 + 0.1, 3, 'in', echoRequest({ ...one, src: A, dst: B }));
        b.see(i * 300 + 0.2, 3, 'out', echoReply({ ...one, src: B, dst: A }));
        a.see(i * 300 + 0.3, 3, 'in', echoReply({ ...one, src: B, dst: A }));
      }
    };
    expect(await told(scene)).toEqual(['error data-lost']);
  });

  it('is not called data-lost where a large one went well, or those lost are not large', async () => {
    expect(
      await told(
        play(
          (i) => i % 4 !== 0,
          (i) => (i % 4 < 2 ? 1472 : 56),
        ),
      ),
    ).toEqual(['error request-lost']);
    expect(
      await told(
        play(
          (i) => i % 2 === 0,
          (i) => (i % 2 === 0 ? 56 : 100),
        ),
      ),
    ).toEqual(['error request-lost']);
  });

  it('is the time since when it fails', async () => {
    const { findings } = await foundIn(
      play(
        (i) => i < 10,
        () => 56,
      ),
    );
    expect(findings[0].distinction).toMatchObject({
      kind: 'time',
      failed: 'after',
      moment: { nanos: 300_000 },
    });
  });

  it('is the source of the others', async () => {
    const { findings } = await foundIn((a, b) => {
      asks(a, b);
      const other = { ...ping, src: '10.2.0.101', id: 8 };
      b.see(1, 3, 'in', echoRequest(other)).see(
        1.1,
        3,
        'out',
        echoReply({ ...other, src: B, dst: other.src }),
      );
    });
    expect(findings.map(({ kind, distinction }) => [kind, distinction?.kind])).toEqual([
      ['unanswered', 'source-address'],
    ]);
  });

  /** Connections a second apart, each third of them in vain. */
  const thirdFails =
    (connections: number, portOf: (i: number) => number): Scene =>
    (a, b) => {
      for (let i = 0; i < connections; i++) {
        const one = { ...syn, srcPort: portOf(i), seq: i * 100 };
        a.see(i * 1000, 3, 'out', tcp(one, SYN));
        b.see(i * 1000 + 0.1, 3, 'in', tcp(one, SYN));
        if (i % 3 === 0) continue;
        const back = tcp({ ...synAck, dstPort: one.srcPort, ack: one.seq + 1 }, SYN | ACK);
        b.see(i * 1000 + 0.2, 3, 'out', back);
        a.see(i * 1000 + 0.3, 3, 'in', back);
      }
    };

  it('is the source port, where a path is chosen by ports', async () => {
    const { findings } = await foundIn(thirdFails(8, (i) => 40000 + i));
    expect(findings[0]).toMatchObject({
      kind: 'unanswered',
      distinction: { kind: 'source-port', failed: [40000, 40003, 40006] },
    });
  });

  it('is not the source port where the same one fails and works, or where few of many are known', async () => {
    const reused = await foundIn(thirdFails(8, (i) => 40000 + (i % 4)));
    const many = await foundIn(thirdFails(60, (i) => 40000 + (i % 40)));
    for (const { findings } of [reused, many])
      expect(findings.map(({ kind, distinction }) => [kind, distinction])).toEqual([['unanswered', null]]);
  });
});

it('tells which hardware addresses answered for an address', async () => {
  const seen = new ScriptedCapture('A')
    .see(0, 3, 'in', arp(2, B, A, 0x11))
    .see(1, 3, 'in', arp(2, B, A, 0x22))
    .see(2, 3, 'in', arp(2, B, A, 0x22));
  const { answers } = await correlate([seen.input()]);
  expect(
    answers.map(({ host, interface: device, direction, mac, count }) => [
      host,
      device,
      direction,
      mac,
      count,
    ]),
  ).toEqual([
    ['A', 'if3', 'in', '00:00:00:00:00:11', 1],
    ['A', 'if3', 'in', '00:00:00:00:00:22', 2],
  ]);
});

describe('a capture of one direction', () => {
  const manyAnswered: Scene = (a, b) => {
    for (let i = 0; i < 30; i++) {
      const one = { id: 7, seq: i, data: `stamp ${i}` };
      a.see(i * 100, 3, 'out', echoRequest({ ...one, src: A, dst: B }));
      a.see(i * 100 + 0.4, 3, 'in', echoReply({ ...one, src: B, dst: A }));
      b.see(i * 100 + 0.2, 3, 'out', echoReply({ ...one, src: B, dst: A }));
    }
    a.see(2950, 3, 'out', tcp(syn, SYN)).see(5000, 3, 'in', arp(1, '10.2.0.1', A));
  };

  it('bears no witness to what did not come in', async () => {
    const { findings } = await foundIn(manyAnswered);
    expect(findings.map(({ kind, witness }) => [kind, witness.missing])).toEqual([
      ['no-reply-seen', [{ kind: 'one-direction', host: 'B', direction: 'out', shown: true }]],
    ]);
  });

  it('is no such thing where requests come in and nothing answers', async () => {
    const silent: Scene = (a, b) => {
      for (let i = 0; i < 30; i++) {
        const request = echoRequest({ ...ping, seq: i });
        a.see(i * 100, 3, 'out', request);
        b.see(i * 100 + 0.1, 3, 'in', request);
      }
    };
    expect(await told(silent)).toEqual(['error unanswered']);
  });

  const connects: Scene = (a, b) => {
    a.see(0, 3, 'out', tcp(syn, SYN)).see(0.4, 3, 'out', tcp(last, ACK));
    b.see(0.2, 3, 'out', tcp(synAck, SYN | ACK));
  };
  const pings: Scene = (a, b) => {
    a.see(1000, 3, 'out', echoRequest(ping));
    b.see(1000.1, 3, 'out', echoReply(pong));
  };

  it('shows by few frames what is missing, where it can only follow that', async () => {
    const scene: Scene = (a, b) => {
      connects(a, b);
      pings(a, b);
    };
    expect(await told(scene)).toEqual([]);
  });

  it('is no such thing where nothing follows: a ping that gets no reply, an older connection that gets no answer', async () => {
    expect(await told(pings)).toEqual(['error reply-lost']);
    const older: Scene = (a, b) => {
      pings(a, b);
      for (const ms of [0, 300, 900]) a.see(ms, 3, 'out', tcp({ ...last, seq: 77_001 }, ACK, 'data'));
    };
    expect(await told(older)).toEqual(['error reply-lost']);
    const again: Scene = (a, b) => {
      for (const ms of [0, 1000, 3000]) {
        a.see(ms, 3, 'out', tcp(syn, SYN));
        b.see(ms + 0.1, 3, 'in', tcp(syn, SYN)).see(ms + 0.2, 3, 'out', tcp(synAck, SYN | ACK));
      }
    };
    expect(await told(again)).toEqual(['error reply-lost']);
  });

  it('is no such thing where what is missing went by another interface, in another file', async () => {
    const files = ['if2', 'if3'].map((name) => new ScriptedCapture('A', `A/${name}.pcap`));
    files[1].see(0, 3, 'out', tcp(syn, SYN)).see(0.4, 3, 'out', tcp(last, ACK));
    files[0].see(0.2, 2, 'in', tcp(synAck, SYN | ACK));
    const { coverage } = await correlate(files.map((one) => one.input()));
    expect(coverage.map(({ directions }) => directions)).toEqual(['unknown', 'unknown']);
  });

  it('is not shown by many frames alone: data of an older connection is sent in vain', async () => {
    const a = new ScriptedCapture('A');
    for (let i = 0; i < 30; i++) a.see(i * 100, 3, 'out', tcp({ ...last, seq: 77_001 }, ACK, 'data'));
    a.see(1000, 3, 'out', echoRequest(ping));
    const { findings } = find(await correlate([a.input()]), HOSTS.slice(0, 1), new Set(['A']));
    expect(findings.map(({ kind }) => kind)).toEqual(['no-reply-seen']);
  });

  it('leaves open whether a ping was answered, where no capture could show it', async () => {
    const [b, identities] = [new ScriptedCapture('B'), HOSTS.slice(1)];
    b.see(0, 3, 'in', tcp(syn, SYN)).see(0.2, 3, 'in', tcp(last, ACK));
    b.see(1000, 3, 'in', echoRequest(ping));
    const { findings, exchanges } = find(await correlate([b.input()]), identities, new Set(['B']));
    expect(findings).toEqual([]);
    expect(exchanges).toEqual({ total: 2, answered: 1, failed: 0, undecided: 1 });
    // A SYN that comes again got no answer home.
    for (const ms of [2000, 3000, 5000]) b.see(ms, 3, 'in', tcp({ ...syn, srcPort: 40001 }, SYN));
    const told = find(await correlate([b.input()]), identities, new Set(['B'])).findings;
    expect(told.map(({ kind }) => kind)).toEqual(['no-reply-seen']);
  });
});

describe('datagrams answered from another address', () => {
  it('are one finding that quotes the refusal, though only some programs refuse', async () => {
    const { findings } = await foundIn((a, b) => {
      for (const [ms, port] of [
        [0, 40000],
        [1000, 40001],
      ]) {
        const [question, answer] = [udp(A, port, B, 5300, 'ping'), udp(OTHER, 5300, A, port, 'pong')];
        a.see(ms, 3, 'out', question).see(ms + 0.3, 3, 'in', answer);
        b.see(ms + 0.1, 3, 'in', question).see(ms + 0.2, 3, 'out', answer);
        if (port === 40001) a.see(ms + 0.4, 3, 'out', icmpError(A, OTHER, 3, 3, answer));
      }
    });
    expect(findings.map(({ kind, count }) => [kind, count])).toEqual([['wrong-source', 2]]);
    expect(findings[0].evidence.at(-1)?.kind).toBe('icmp-error');
  });
});

describe('the capture of the responder alone', () => {
  const alone = async (scene: (b: ScriptedCapture) => void) => {
    const b = new ScriptedCapture('B');
    scene(b);
    const { findings } = find(await correlate([b.input()]), HOSTS.slice(1), STATED);
    return findings.map(({ level, kind }) => `${level} ${kind}`);
  };

  it('shows that a SYN-ACK did not arrive where the SYN comes again', async () => {
    const again = (b: ScriptedCapture) => {
      for (const ms of [0, 1000, 3000])
        b.see(ms, 3, 'in', tcp(syn, SYN)).see(ms + 0.1, 3, 'out', tcp(synAck, SYN | ACK));
    };
    expect(await alone(again)).toEqual(['error reply-lost']);
    const elsewhere = (b: ScriptedCapture) => {
      for (const ms of [0, 1000, 3000])
        b.see(ms, 3, 'in', tcp(syn, SYN)).see(ms + 0.1, 2, 'out', tcp(synAck, SYN | ACK));
    };
    expect(await alone(elsewhere)).toEqual(['error asymmetric-reply']);
  });
});

describe('a probe whose TTL runs out', () => {
  const probe = (ttl: number) => ({ ...ping, seq: ttl, ttl, data: 'probe' });
  const exceeded = (a: ScriptedCapture) =>
    a
      .see(0, 3, 'out', echoRequest(probe(1)))
      .see(0.1, 3, 'in', icmpError('10.2.0.1', A, 11, 0, echoRequest(probe(1))));

  it('looks for the way where the same with a larger one is answered', async () => {
    const scene: Scene = (a) => {
      exceeded(a)
        .see(10, 3, 'out', echoRequest(probe(64)))
        .see(11, 3, 'in', echoReply({ ...pong, seq: 64, data: 'probe' }));
    };
    expect(await told(scene)).toEqual(['note rejected']);
  });

  it('is in a loop where many do, or such as are sent with a large one', async () => {
    const answered = (a: ScriptedCapture, from: number) => {
      for (const seq of [900, 901])
        a.see(from + seq, 3, 'out', echoRequest({ ...ping, seq, ttl: 128 })).see(
          from + seq + 1,
          3,
          'in',
          echoReply({ ...pong, seq }),
        );
    };
    const lost = (a: ScriptedCapture, count: number, ttl: number) => {
      for (let seq = 1; seq <= count; seq++) {
        const request = echoRequest({ ...ping, seq, ttl, data: 'probe' });
        a.see(seq * 10, 3, 'out', request).see(
          seq * 10 + 1,
          3,
          'in',
          icmpError('10.2.0.1', A, 11, 0, request),
        );
      }
      answered(a, 1000);
    };
    expect(await told((a) => lost(a, 4, 8))).toEqual(['note rejected']);
    expect(await told((a) => lost(a, 20, 8))).toEqual(['error rejected']);
    expect(await told((a) => lost(a, 4, 64))).toEqual(['error rejected']);
  });

  it('is rejected where none is', async () => {
    expect(await told((a) => void exceeded(a))).toEqual(['error rejected']);
  });
});

describe('probes with ever larger TTLs', () => {
  /** The routers to B; what has a larger TTL gets there. */
  const ROUTERS = ['10.2.0.1', '10.9.0.2'];
  type Probe = (ttl: number, nth: number) => Buffer;
  type Answer = (probe: Buffer, nth: number) => Buffer;
  const trace =
    (probe: Probe, answer: Answer | null, ttls = [1, 2, 3, 4]): Scene =>
    (a, b) => {
      for (const [index, ttl] of ttls.flatMap((ttl) => [ttl, ttl, ttl]).entries()) {
        const sent = probe(ttl, index + 1);
        const at = index * 10;
        a.see(at, 3, 'out', sent);
        const router = ROUTERS[ttl - 1];
        if (router) a.see(at + 1, 3, 'in', icmpError(router, A, 11, 0, sent));
        else if (answer) {
          const back = answer(sent, index + 1);
          b.see(at + 0.2, 3, 'in', sent).see(at + 0.3, 3, 'out', back);
          a.see(at + 1, 3, 'in', back);
        }
      }
    };
  const datagram: Probe = (ttl, nth) => udp(A, 50000 + nth, B, 33433 + nth, 'probe', ttl);
  const refusal: Answer = (probe) => icmpError(B, A, 3, 3, probe);
  const echo: Probe = (ttl, nth) => echoRequest({ ...ping, seq: nth, ttl });
  const opening: Probe = (ttl, nth) => tcp({ ...syn, srcPort: 41000 + nth, seq: nth, ttl }, SYN);
  const reset: Answer = (_probe, nth) =>
    tcp({ ...synAck, dstPort: 41000 + nth, seq: 0, ack: nth + 1 }, RST | ACK);

  it('are no failure: of UDP, which is refused at its end', async () => {
    const { findings, exchanges } = await foundIn(trace(datagram, refusal));
    expect(findings.map(({ level, kind, probe, count }) => [level, kind, probe.dstPort, count])).toEqual([
      ['note', 'rejected', null, 3],
      ['note', 'rejected', null, 3],
      ['note', 'rejected', null, 6],
    ]);
    expect(exchanges.failed).toBe(0);
    const elsewhere: Probe = (ttl, nth) => udp(A, 50000 + nth, B, 7, 'probe', ttl);
    const often = trace(elsewhere, refusal, [1, 1, 2, 2, 3, 3]);
    expect(await told(often)).toEqual(['note rejected', 'note rejected', 'note rejected']);
  });

  it('of TCP, at a closed port', async () => {
    expect(await told(trace(opening, reset))).toEqual(['note rejected', 'note rejected', 'note refused']);
  });

  it('of ICMP, also where nothing comes home from the end', async () => {
    const answer: Answer = (_probe, nth) => echoReply({ ...pong, seq: nth });
    expect(await told(trace(echo, answer))).toEqual(['note rejected', 'note rejected']);
    expect(await told(trace(echo, null))).toEqual(['note rejected', 'note rejected', 'note request-lost']);
  });

  it('hide no ping that is lost, too', async () => {
    const pinged: Scene = (a, b) => {
      trace(echo, null)(a, b);
      for (const seq of [1, 2, 3])
        a.see(1000 + seq * 10, 3, 'out', echoRequest({ ...ping, id: 9, seq, ttl: 64 }));
    };
    expect(await told(pinged)).toEqual(['error request-lost', 'note rejected', 'note rejected']);
  });

  it('hide no loop that uses up a large TTL, too', async () => {
    const looped: Scene = (a, b) => {
      trace(echo, null, [1, 1, 2, 3, 4])(a, b);
      for (const seq of [1, 2, 3]) {
        const sent = echoRequest({ ...ping, id: 9, seq, ttl: 64 });
        a.see(1000 + seq * 10, 3, 'out', sent);
        a.see(1001 + seq * 10, 3, 'in', icmpError('10.2.0.1', A, 11, 0, sent));
      }
    };
    expect((await told(looped))[0]).toBe('error rejected');
  });

  it('are of a host that is set so, where all TTLs are alike', async () => {
    expect(await told(trace(echo, null, [1]))).toEqual(['error rejected']);
    const elsewhere: Probe = (ttl, nth) => udp(A, 50000 + nth, B, 7, 'probe', ttl);
    expect(await told(trace(elsewhere, null, [1]))).toEqual(['error rejected']);
    expect(await told(trace(datagram, null, [1]))).toEqual(['note rejected']);
  });
});

describe('questions for link-layer addresses', () => {
  const asking = new ScriptedCapture('A');
  for (const ms of [0, 1000, 2000]) asking.see(ms, 3, 'out', arp(1, A, '10.2.0.1'));
  const at = (seconds: number) => ({ seconds: BASE_SECONDS + seconds, nanos: 0 });
  const toldOf = async (options: CorrelateOptions, between?: Prefix[]) =>
    find(await correlate([asking.input()], options), HOSTS, STATED, between).findings.map(
      ({ level }) => level,
    );

  it('are told where the user looks', async () => {
    expect(await toldOf({})).toEqual(['error']);
    expect(await toldOf({ since: at(-1), until: at(3) })).toEqual(['error']);
    expect(await toldOf({ since: at(3) })).toEqual([]);
    expect(await toldOf({ until: at(-1) })).toEqual([]);
  });

  it('are a note where they are for none of the networks looked at: it may be the gateway to one', async () => {
    expect(await toldOf({}, [{ address: ipOf('10.2.0.0'), length: 24 }])).toEqual(['error']);
    expect(await toldOf({}, [{ address: ipOf('10.9.0.0'), length: 24 }])).toEqual(['note']);
  });
});

describe('the first data of a connection', () => {
  const upload =
    (arrives: boolean): Scene =>
    (a, b) => {
      handshake(0)(a, b);
      b.see(0.2, 3, 'out', tcp(synAck, SYN | ACK));
      a.see(0.3, 3, 'in', tcp(synAck, SYN | ACK)).see(0.4, 3, 'out', tcp(last, ACK));
      b.see(0.5, 3, 'in', tcp(last, ACK));
      const data = tcp(last, ACK, 'x'.repeat(1400));
      for (const ms of [1, 201, 601, 1401]) {
        a.see(ms, 3, 'out', data);
        if (arrives) b.see(ms + 0.1, 3, 'in', data);
      }
      b.see(2000, 3, 'in', arp(1, '10.4.0.1', B));
    };

  it('is lost where it is large, sent again and again, and never arrives', async () => {
    const { findings } = await foundIn(upload(false));
    expect(findings.map(({ kind }) => kind)).toEqual(['data-lost']);
    expect(findings[0].evidence.filter(({ payloadLength }) => payloadLength > 1000)).toHaveLength(3);
  });

  it('is not where it arrives each time', async () => {
    expect(await told(upload(true))).toEqual([]);
  });
});

describe('an answer that came home', () => {
  it('may yet be dropped by the host itself, where the client need not ask again', async () => {
    const question = udp(A, 5300, B, 123, 'are you there?');
    const answer = udp(B, 123, A, 5300, 'are you there?');
    const { arrived } = await foundIn((a, b) => {
      a.see(0, 2, 'out', question).see(0.3, 3, 'in', answer);
      b.see(0.1, 3, 'in', question).see(0.2, 3, 'out', answer);
    });
    expect(arrived.map(({ finding, warning }) => [finding.kind, finding.protocol, warning?.kind])).toEqual([
      ['reply-not-accepted', 'udp', 'asymmetric-reply'],
    ]);
  });
});

describe('the port of a bridge', () => {
  const bare = { index: null, mac: null, neighbours: [] };
  const own = [{ address: ipOf('fe80::1'), length: 64 }];
  const mac = '02:00:00:00:00:09' as const;
  const port = (name: string) => ({ ...bare, name, mac, portOf: 'if9', addresses: own });
  const bridged: readonly HostIdentity[] = [
    {
      host: 'A',
      interfaces: [{ ...card('if9', A), mac }, port('if3'), port('if4'), card('if2', '10.1.0.100')],
    },
    HOSTS[1],
  ];
  const found = async (left: number, back: number) => {
    const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
    a.see(0, left, 'out', echoRequest(ping)).see(0.4, back, 'in', echoReply(pong));
    b.see(0.1, 3, 'in', echoRequest(ping)).see(0.2, 3, 'out', echoReply(pong));
    const { findings } = find(await correlate([a, b].map((one) => one.input())), bridged, new Set());
    return findings.map(({ kind }) => kind);
  };

  it('is the way of the bridge: a request that leaves by it bears the right source', async () => {
    expect(await found(3, 3)).toEqual([]);
  });

  it('is the same way as another port', async () => {
    expect(await found(3, 4)).toEqual([]);
    expect(await found(3, 2)).toEqual(['asymmetric-reply']);
  });

  it('stands behind the bridge where both were seen', async () => {
    const b = new ScriptedCapture('B');
    b.see(0, 4, 'in', echoRequest(ping)).see(0.1, 9, 'in', echoRequest(ping));
    const known = [{ host: 'B', interfaces: [card('if9', '172.17.0.1'), port('if4'), card('if3', B)] }];
    const { findings } = find(await correlate([b.input()]), known, new Set());
    expect(findings.map(({ path }) => path.requestReached?.interface)).toEqual(['if9']);
  });
});

describe('somebody behind the responder', () => {
  const CONTAINER = '172.17.0.2';
  const inside = { ...syn, dst: CONTAINER, dstPort: 80 };
  const answer = { ...synAck, src: CONTAINER, srcPort: 80 };
  const bridge = { ...card('if8', '172.17.0.1'), addresses: [{ address: ipOf('172.17.0.1'), length: 16 }] };
  const hosts: readonly HostIdentity[] = [
    HOSTS[0],
    { host: 'B', interfaces: [...HOSTS[1].interfaces, bridge] },
  ];
  const foundOf = async (scene: Scene) => {
    const [a, b] = [new ScriptedCapture('A'), new ScriptedCapture('B')];
    scene(a, b);
    return find(
      await correlate(
        [a, b].map((one) => one.input()),
        { identities: hosts },
      ),
      hosts,
      STATED,
    );
  };
  /** B passes each SYN on, and the answer comes in there. */
  const passed: Scene = (a, b) => {
    for (const ms of [0, 1000]) {
      a.see(ms, 3, 'out', tcp(syn, SYN));
      b.see(ms + 0.1, 3, 'in', tcp(syn, SYN)).see(ms + 0.2, 8, 'out', tcp(inside, SYN));
      b.see(ms + 0.3, 8, 'in', tcp(answer, SYN | ACK));
    }
  };

  it('answered, and the responder did not pass it on: no reply left it', async () => {
    const { findings } = await foundOf(passed);
    expect(findings.map(({ kind, translator }) => [kind, translator])).toEqual([['unanswered', 'B']]);
    expect(findings[0].path.replyLeft).toBeNull();
    expect(findings[0].evidence.map(({ kind, host }) => `${host} ${kind}`)).toEqual([
      'A syn',
      'B syn',
      'B syn-ack',
    ]);
  });

  it('answered, and the reply left the responder translated back', async () => {
    const { findings } = await foundOf((a, b) => {
      passed(a, b);
      b.see(1000.4, 2, 'out', tcp(synAck, SYN | ACK));
    });
    expect(findings.map(({ kind }) => kind)).toEqual(['asymmetric-reply']);
  });

  it('answered a ping, and nobody else saw what became of that', async () => {
    const b = new ScriptedCapture('B');
    b.see(0, 3, 'in', echoRequest(ping)).see(0.1, 8, 'out', echoRequest({ ...ping, dst: CONTAINER }));
    b.see(0.2, 8, 'in', echoReply({ ...pong, src: CONTAINER }));
    const c = new ScriptedCapture('C').see(0, 3, 'in', arp(1, '10.9.0.1', '10.9.0.2'));
    const seen = await correlate(
      [b, c].map((one) => one.input()),
      { identities: hosts.slice(1) },
    );
    const { findings } = find(seen, hosts.slice(1), STATED);
    expect(findings.map(({ kind, level }) => `${level} ${kind}`)).toEqual(['error unanswered']);
  });

  it('is asked for in vain, and the responder tells so: that is one failure', async () => {
    const { findings } = await foundOf((a, b) => {
      a.see(0, 3, 'out', tcp(syn, SYN));
      b.see(0.1, 3, 'in', tcp(syn, SYN));
      for (const ms of [1, 1000, 2000]) b.see(ms, 8, 'out', arp(1, '172.17.0.1', CONTAINER));
      b.see(3000, 3, 'out', icmpError(B, A, 3, 1, tcp(syn, SYN)));
    });
    expect(findings.map(({ kind }) => kind)).toEqual(['rejected']);
  });

  it('is no wrong source, although only its answer was captured', async () => {
    const { findings } = await foundOf((a, b) => {
      a.see(0, 3, 'out', tcp(syn, SYN));
      b.see(0.1, 3, 'in', tcp(syn, SYN));
      b.see(0.3, 8, 'in', tcp({ ...answer, srcPort: 1521 }, SYN | ACK));
    });
    expect(findings.map(({ kind }) => kind)).toEqual(['unanswered']);
  });
});

describe('a reply that the originator got', () => {
  const seen = (left: boolean) =>
    foundIn((a, b) => {
      asks(a, b);
      if (left) b.see(0.2, 3, 'out', echoReply(pong));
      a.see(0.3, 3, 'in', echoReply(pong));
    });

  it('may have left the responder by any interface where its capture lacks it', async () => {
    expect((await seen(true)).wayUnseen).toBe(false);
    expect((await seen(false)).wayUnseen).toBe(true);
  });
});

it('a request that was seen nowhere but astray is evidence once', async () => {
  const strange = { ...ping, src: '172.17.0.2' };
  const { findings } = await foundIn((a, b) => {
    a.see(0, 3, 'in', echoRequest(strange));
    b.see(0, 3, 'in', arp(1, '10.4.0.1', B)).see(2000, 3, 'in', arp(1, '10.4.0.1', B));
  });
  expect(findings.map(({ stray, evidence }) => [stray?.host, evidence.length])).toEqual([['A', 1]]);
});
