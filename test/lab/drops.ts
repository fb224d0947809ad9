import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { isServer, type Lab } from './lab.ts';

const TRACEFS = '/sys/kernel/tracing';
const EVENTS = ['skb/kfree_skb', 'skb/consume_skb', 'net/net_dev_start_xmit', 'net/netif_receive_skb'];
/** Reasons that mean no loss: a closed socket, a tap that did not want the packet, multicast nobody here joined. */
const HARMLESS = /SOCKET_CLOSE|PACKET_SOCK|TAP_FILTER|QUEUE_PURGE|UNIX_|IPV6_NDISC|ip6_mc_input/;

/** Where and why the kernel freed packets: node title -> "REASON in function [interface]" -> how often. */
export type Drops = Readonly<Record<string, Readonly<Record<string, number>>>>;

export interface DropTrace {
  /** Stops and returns what was dropped inside the lab; the machine's other traffic is left out. */
  stop(): Drops;
}

/**
 * Starts recording the kernel's drop reasons in a tracing instance of our own; null where tracefs
 * cannot be had. The record names no namespace, but an interface of this lab's router in every
 * packet's way, and those bear the lab's number: other labs may run at the same time.
 */
export function traceDrops(lab: Lab): DropTrace | null {
  if (!existsSync(`${TRACEFS}/instances`)) spawnSync('mount', ['-t', 'tracefs', 'nodev', TRACEFS]);
  const instance = `${TRACEFS}/instances/wayhome-${process.pid}-${lab.number}`;
  try {
    mkdirSync(instance);
    for (const event of EVENTS) writeFileSync(`${instance}/events/${event}/enable`, '1');
  } catch {
    remove(instance);
    return null;
  }
  return {
    stop() {
      for (const event of EVENTS) writeFileSync(`${instance}/events/${event}/enable`, '0');
      const text = readFileSync(`${instance}/trace`, 'utf8');
      remove(instance);
      return readDrops(text, lab);
    },
  };
}

function remove(instance: string): void {
  try {
    rmdirSync(instance);
  } catch {
    // Never made, or still busy: it goes with the next boot.
  }
}

/**
 * A freed packet is placed by its last transmission and reception: sent on the router's net4 and
 * received on eth1, it died on B. The same buffer address passes through a veth pair unchanged.
 */
function readDrops(text: string, lab: Lab): Drops {
  const sentOn = new Map<string, string>();
  const receivedOn = new Map<string, string>();
  const found: Record<string, Record<string, number>> = {};
  for (const line of text.split('\n')) {
    const buffer = line.match(/skbaddr=(\S+)/)?.[1];
    if (!buffer) continue;
    const name = line.match(/dev=(\S+)/)?.[1];
    if (line.includes('net_dev_start_xmit:')) {
      sentOn.set(buffer, name!);
      receivedOn.delete(buffer);
    } else if (line.includes('netif_receive_skb:')) {
      receivedOn.set(buffer, name!);
    } else if (line.includes('consume_skb:')) {
      // Its address will serve another packet.
      sentOn.delete(buffer);
      receivedOn.delete(buffer);
    } else if (line.includes('kfree_skb:')) {
      const place = placeOf(lab, sentOn.get(buffer), receivedOn.get(buffer));
      const reason = line.match(/reason: (\S+)/)?.[1] ?? 'unknown';
      sentOn.delete(buffer);
      receivedOn.delete(buffer);
      if (!place) continue;
      const where = line.match(/location=([^+\s]+)/)?.[1];
      const name = isServer(place.node) ? place.name : place.name.replace(/-\d+$/, '');
      const key = `${reason} in ${where} [${name}]`;
      if (HARMLESS.test(key)) continue;
      const node = lab.title(place.node);
      found[node] ??= {};
      found[node][key] = (found[node][key] ?? 0) + 1;
    }
  }
  return found;
}

function placeOf(lab: Lab, sent?: string, received?: string): ReturnType<Lab['farEnd']> {
  if (!sent || !received) return undefined;
  const ends = lab.nodes.map((node) => lab.farEnd(node, sent)).filter((end) => end?.name === received);
  return ends.length === 1 ? ends[0] : undefined;
}
