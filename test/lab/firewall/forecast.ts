import { formatIp } from '../../../src/addr/ip.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import type { Packet } from '../../../src/linux/packet.ts';
import type { Passage } from '../../../src/linux/passage.ts';
import { receive } from '../../../src/linux/receive.ts';
import { send } from '../../../src/linux/send.ts';
import { packetOf, replyTo, type Shot } from './shot.ts';

export interface Forecast {
  /** `MARK` where the request is delivered; `lost` where it is not; null: cannot be told. */
  readonly delivered: string | null;
  /** `x1 10.91.0.2.5400`: the client's card and the source it sees; `none`; null. */
  readonly reply: string | null;
  readonly passages: readonly Passage[];
}

export function forecast(state: HostState, shot: Shot): Forecast {
  const request = receive({ state, device: shot.device, packet: packetOf(shot), connection: null });
  if (request.outcome.kind === 'cannot-tell') return { delivered: null, reply: null, passages: [request] };
  if (request.outcome.kind !== 'passes') return { delivered: 'lost', reply: 'none', passages: [request] };
  const delivered = String(request.mark);
  if (!isAnswered(request.packet)) return { delivered, reply: 'none', passages: [request] };
  const isEcho6 = request.packet.protocol === 58;
  const reply = send({
    state,
    packet: replyTo(request.packet),
    sourceChosen: true,
    device: isEcho6 ? shot.device : null,
    deviceBinds: false,
    mark: 0,
    connection: request.connection,
  });
  return { delivered, reply: replyLine(reply, shot), passages: [request, reply] };
}

/** Something listens on these ports of every address, and every address answers echo requests. */
function isAnswered({ protocol, destinationPort }: Packet): boolean {
  if (protocol === 6) return destinationPort === 5400 || destinationPort === 5401;
  return protocol !== 17 || destinationPort === 5300 || destinationPort === 5301;
}

function replyLine({ outcome, decision, packet }: Passage, shot: Shot): string | null {
  if (outcome.kind === 'cannot-tell') return null;
  if (outcome.kind !== 'passes' || decision?.kind !== 'route') return 'none';
  const port = shot.protocol === 'icmp' ? '' : `.${packet.sourcePort}`;
  return `${decision.device.replace('eth', 'x')} ${formatIp(packet.source)}${port}`;
}
