import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Capture, type CaptureOrder, rewriteAsPcapng, startCapture, stopCapture } from './capture.ts';
import { isServer, type Lab } from './lab.ts';
import { type Packet, readPackets } from './packet.ts';
import type { CaptureStyle, Node } from './scenario.ts';

/** Captures that run on every node: those a user hands in, and the lab's own eyes. */
export interface Observation {
  /** Ends all captures and returns what the lab's own eyes saw. */
  finish(): Promise<Packet[]>;
}

/** A capture is either the user's, or the lab's own, or both. */
interface Wanted extends CaptureOrder {
  readonly eyes: boolean;
}

/**
 * Starts capturing on every node. The lab always sees through `any`, as LINUX_SLL2 with microseconds; where the
 * user's captures have another form, its own eyes stay with the oracle.
 */
export async function observeAll(lab: Lab, style: CaptureStyle, folder: string): Promise<Observation> {
  const wanted = lab.nodes.flatMap((node) => ordersFor(lab, node, style, folder));
  for (const { file } of wanted) await mkdir(join(file, '..'), { recursive: true });
  const captures = await Promise.all(
    wanted.map(
      async (order): Promise<Capture & Wanted> => ({ ...(await startCapture(lab, order)), eyes: order.eyes }),
    ),
  );
  return {
    async finish() {
      await Promise.all(captures.map(stopCapture));
      const eyes = captures.filter((capture) => capture.eyes);
      const packets = await readPackets(lab, eyes, join(folder, 'oracle.pcapng'));
      await rm(join(folder, 'oracle.pcapng'));
      if (style === 'any-pcapng') {
        await Promise.all(
          [lab.plan.a, lab.plan.b].map(({ name }) => rewriteAsPcapng(join(folder, name), 'any')),
        );
      }
      return packets;
    },
  };
}

function ordersFor(lab: Lab, node: Node, style: CaptureStyle, folder: string): Wanted[] {
  const hand = join(folder, lab.title(node));
  const oracle = join(folder, 'oracle', lab.title(node));
  const shared = style === 'any' || style === 'any-pcapng';
  const seen = isServer(node) && shared ? hand : oracle;
  const eyes: Wanted = {
    node,
    interfaces: ['any'],
    file: join(seen, 'any.pcap'),
    form: 'pcap',
    eyes: true,
  };
  if (!isServer(node) || shared) return [eyes];
  const cards = lab.plan[node].cards.map((card) => card.name);
  const order = (form: CaptureOrder['form'], interfaces: string[], name: string): Wanted => ({
    node,
    interfaces,
    file: join(hand, name),
    form,
    eyes: false,
  });
  if (style === 'pcapng') return [eyes, order('pcapng', cards, 'capture.pcapng')];
  if (style === 'per-interface') {
    return [eyes, ...cards.map((card) => order('pcap', [card], `${card}.pcap`))];
  }
  return [eyes, order(style, ['any'], 'any.pcap')];
}
