import type { Crossing, Stop } from './crossing.ts';
import type { Chain } from './firewall.ts';
import { walkBaseChain } from './walk-chain.ts';

/**
 * The chains at a device itself: ingress, behind the captures of what comes in (nf_ingress in __netif_receive_skb_core),
 * and egress, before those of what goes out (nf_hook_egress in __dev_queue_xmit). They see both families.
 */
export function walkDeviceHook(
  crossing: Crossing,
  hook: 'ingress' | 'egress',
  device: string | null,
): Stop | null {
  if (device === null) return null;
  crossing.hook = hook;
  for (const chain of deviceChains(crossing, hook, device)) {
    const stop = walkBaseChain(crossing, chain);
    if (stop) return stop;
  }
  return null;
}

function deviceChains({ firewall }: Crossing, hook: string, device: string): Chain[] {
  return firewall.chains
    .filter((chain) => chain.base?.hook === hook && isOnDevice(chain, device))
    .reverse()
    .sort((a, b) => a.base!.priority - b.base!.priority);
}

/** The line of the chain names its devices: `hook ingress device "eth0"`; a JSON object likewise. */
function isOnDevice({ span }: Chain, device: string): boolean {
  const line = span.source.text.slice(span.start, span.end);
  return line.split(/[\s"{},;:=[\]]+/).includes(device);
}
