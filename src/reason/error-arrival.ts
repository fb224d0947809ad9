import type { Sighting } from '../exchange/sighting.ts';
import type { Finding } from '../finding/finding.ts';
import type { HostState } from '../linux/host-state.ts';
import type { Packet } from '../linux/packet.ts';
import type { Connection } from '../linux/passage.ts';
import { arrivalStep, arrive } from './arrival-step.ts';
import { errorName } from './icmp-error.ts';
import { sendRequest } from './originator.ts';
import { requestAt } from './request.ts';
import { respond } from './responder.ts';
import type { StepResult } from './step.ts';

/** Who sent what the error is about. */
export type Sender = 'originator' | 'responder';

/** What an ICMP error is to the host that it comes to. */
export type ErrorHead = Pick<Sighting, 'src' | 'dst' | 'interface' | 'icmpType' | 'icmpCode'>;

/** What the host's own filters do with an error about what it sent. Null: nobody knows where it comes in. */
export function heard(
  finding: Finding,
  sender: Sender,
  state: HostState,
  error: ErrorHead,
): StepResult | null {
  const device = error.interface ?? deviceOf(finding, sender);
  if (device === null) return null;
  const connection = connectionOf(finding, sender, state);
  if (connection === undefined) return null;
  const arrival = {
    state,
    device,
    packet: errorPacket(error),
    connection,
    what: `the ICMP error "${errorName(error)}"`,
  };
  return arrivalStep(arrival, arrive(arrival), null);
}

/** Where what it sent left, or was asked for. */
export function deviceOf({ path }: Finding, sender: Sender): string | null {
  return (sender === 'originator' ? path.requestLeft : path.requestReached)?.interface ?? null;
}

/** What it tracked of the connection that the error is about; undefined: what it sent, or was asked, is not known. */
function connectionOf(finding: Finding, sender: Sender, state: HostState): Connection | null | undefined {
  const request = requestAt(finding, finding[sender]);
  const device = deviceOf(finding, sender);
  if (!request) return undefined;
  if (sender === 'originator') return sendRequest(state, request, device).connection;
  if (!device) return undefined;
  return respond(finding, state, request, device).passage.connection;
}

const ICMP = { 4: 1, 6: 58 } as const;

function errorPacket({ src, dst, icmpType, icmpCode }: ErrorHead): Packet {
  return {
    source: src,
    destination: dst,
    protocol: ICMP[src.family],
    sourcePort: 0,
    destinationPort: 0,
    icmp: { type: icmpType, code: icmpCode },
    tcpFlags: null,
    tos: 0,
    ttl: null,
    lengthBytes: null,
  };
}
