import { describe, expect, it } from 'vitest';
import { parseIp } from '../../src/addr/ip.ts';
import { flowOf, type InputFlow } from '../../src/linux/flow.ts';
import type { HostState } from '../../src/linux/host-state.ts';
import { lookupInput } from '../../src/linux/lookup-input.ts';
import { configsIn, FIXTURES, measuredFolder, stateOf, type TruthPacket } from './support/kernel-truth.ts';

type Fate = 'delivered' | 'rp_filter' | 'martian';

function measuredFate(packet: TruthPacket): Fate {
  if (packet.delivered) return 'delivered';
  return packet.rp_filter_dropped ? 'rp_filter' : 'martian';
}

/** IPReversePathFilter counts the filter's own drops; martians are dropped without it. */
function computedFate(state: HostState, packet: TruthPacket): string {
  const source = parseIp(packet.src) ?? null;
  const destination = parseIp(packet.dst);
  if (!destination) return 'no destination';
  const flow: InputFlow = { ...flowOf(destination, { source, protocol: 17 }), inputDevice: packet.iface };
  const decision = lookupInput(state, flow);
  if (decision.kind === 'route') return 'delivered';
  if (decision.kind === 'no-route') return decision.reason === 'reverse-path' ? 'rp_filter' : 'martian';
  return decision.kind;
}

function compareAll(folder: string): { agree: number; differ: string[] } {
  const differ: string[] = [];
  let agree = 0;
  for (const config of configsIn(folder)) {
    const state = stateOf(config);
    for (const packet of config.rp_filter_packets) {
      const got = computedFate(state, packet);
      if (got === measuredFate(packet)) agree++;
      else differ.push(`${config.id} ${JSON.stringify(packet)}: ${got}`);
    }
  }
  return { agree, differ };
}

function expectAgreement(folder: string): void {
  const { agree, differ } = compareAll(folder);
  console.log(`${agree} of ${agree + differ.length} frames agree\n${differ.join('\n')}`);
  expect(differ).toEqual([]);
}

describe('frames that a real kernel delivered or dropped', () => {
  it('agree in the configurations shipped with the tests', () => expectAgreement(FIXTURES));

  const measured = measuredFolder();
  const name = measured ? 'agree in all measured' : 'agree in all measured (none beside the checkout)';
  it.skipIf(!measured)(name, { timeout: 120_000 }, () => expectAgreement(measured ?? FIXTURES));
});
