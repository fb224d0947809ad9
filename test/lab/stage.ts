import { isServer } from './lab.ts';
import { membershipOf } from './membership.ts';
import type { Packet } from './packet.ts';
import type { Node, Probe } from './scenario.ts';

/** What of one kind of packet was seen at one place. */
export interface Stage {
  readonly seen: boolean;
  readonly packets?: number;
  /** Interface -> packets. */
  readonly ifaces?: Readonly<Record<string, number>>;
  readonly src?: readonly string[];
  readonly dst?: readonly string[];
  /** TCP flags -> packets. */
  readonly flags?: Readonly<Record<string, number>>;
}

/** An ICMP error about the probe, or a neighbour that never answered. */
export type Event =
  | {
      readonly event: 'icmp_error';
      readonly node: Node;
      readonly iface: string;
      readonly dir: 'in' | 'out';
      readonly src: string;
      readonly type: number;
      readonly code: number;
      readonly six: boolean;
      readonly about: { readonly src: string; readonly dst: string };
      readonly count: number;
    }
  | {
      readonly event: 'neighbour_unanswered';
      readonly node: Node;
      readonly iface: string;
      readonly target: string;
      readonly requests: number;
    };

/** The packet's way: where the request left and arrived, where the reply did. */
export interface Stages {
  readonly requestLeftA: Stage;
  readonly requestReachedB: Stage;
  readonly replyLeftB: Stage;
  readonly replyReachedA: Stage;
  /** What follows SYN and SYN-ACK, of a TCP connection only: from A, and from B. */
  readonly dataLeftA: Stage;
  readonly dataReachedB: Stage;
  readonly dataLeftB: Stage;
  readonly dataReachedA: Stage;
  /** The same first four steps on the machines between. */
  readonly network: Readonly<Record<string, Readonly<Record<string, Stage>>>>;
  readonly events: readonly Event[];
}

/**
 * Sorts the packets of all captures into the stages of one probe. A packet belongs to the probe by its echo
 * identifier, sequence number or question: addresses and ports may have been translated on the way.
 */
export function stagesOf(packets: readonly Packet[], probe: Probe, nodes: readonly Node[]): Stages {
  const { isRequest, isReply, isFromClient, isToClient } = membershipOf(packets, probe);
  const at = (node: Node, direction: 'in' | 'out', belongs: (packet: Packet) => boolean) =>
    stageOf(packets.filter((p) => p.node === node && p.direction === direction && belongs(p)));
  const between = nodes.filter((node) => !isServer(node));
  const network = between.map((node) => [
    node,
    {
      request_in: at(node, 'in', isRequest),
      request_out: at(node, 'out', isRequest),
      reply_in: at(node, 'in', isReply),
      reply_out: at(node, 'out', isReply),
    },
  ]);
  return {
    requestLeftA: at('a', 'out', isRequest),
    requestReachedB: at('b', 'in', isRequest),
    replyLeftB: at('b', 'out', isReply),
    replyReachedA: at('a', 'in', isReply),
    dataLeftA: at('a', 'out', isFromClient),
    dataReachedB: at('b', 'in', isFromClient),
    dataLeftB: at('b', 'out', isToClient),
    dataReachedA: at('a', 'in', isToClient),
    network: Object.fromEntries(network),
    events: [...icmpErrors(packets, isRequest), ...unansweredNeighbours(packets)],
  };
}

function stageOf(packets: readonly Packet[]): Stage {
  if (packets.length === 0) return { seen: false };
  const flags = packets.flatMap((packet) => (packet.tcp ? [packet.tcp.flags] : []));
  return {
    seen: true,
    packets: packets.length,
    ifaces: tally(packets.map((packet) => packet.interface)),
    src: [...new Set(packets.map((packet) => packet.src))],
    dst: [...new Set(packets.map((packet) => packet.dst))],
    ...(flags.length > 0 && { flags: tally(flags) }),
  };
}

function tally(words: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function icmpErrors(packets: readonly Packet[], isRequest: (packet: Packet) => boolean): Event[] {
  // Unreachable, time exceeded and the like; ICMPv6 has its errors below 128.
  const isError = ({ icmp }: Packet) => icmp && (icmp.six ? icmp.type < 128 : icmp.type !== 5);
  const asked = new Set(packets.filter(isRequest).flatMap(({ src, dst }) => [src, dst]));
  const errors = packets.filter(
    (p) => p.quoted && isError(p) && (asked.has(p.quoted.dst) || asked.has(p.quoted.src)),
  );
  const kinds = new Map<string, Packet[]>();
  for (const p of errors) {
    const key = [p.node, p.interface, p.direction, p.src, p.icmp!.type, p.icmp!.code].join(' ');
    kinds.set(key, [...(kinds.get(key) ?? []), p]);
  }
  return [...kinds.values()].map(([first, ...rest]): Event => {
    const { node, direction, src, icmp, quoted } = first!;
    const place = { node, iface: first!.interface, dir: direction };
    const { type, code, six } = icmp!;
    return { event: 'icmp_error', ...place, src, type, code, six, about: quoted!, count: rest.length + 1 };
  });
}

function unansweredNeighbours(packets: readonly Packet[]): Event[] {
  const asked = new Map<string, Packet[]>();
  for (const p of packets) {
    if (!p.neighbour?.asks || p.direction !== 'out') continue;
    const key = `${p.node} ${p.interface} ${p.neighbour.target}`;
    asked.set(key, [...(asked.get(key) ?? []), p]);
  }
  const answered = (p: Packet) =>
    packets.some(
      (q) =>
        q.neighbour?.asks === false &&
        q.node === p.node &&
        q.direction === 'in' &&
        q.neighbour.target === p.neighbour!.target,
    );
  const silent = [...asked.values()].filter(([first]) => !answered(first!));
  return silent.map(
    ([first, ...rest]): Event => ({
      event: 'neighbour_unanswered',
      node: first!.node,
      iface: first!.interface,
      target: first!.neighbour!.target,
      requests: rest.length + 1,
    }),
  );
}
