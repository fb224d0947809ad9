import type { Finding, Place } from '../finding/finding.ts';
import { networkDevice } from '../linux/network-device.ts';
import { type ReasonContext, stateOf } from './context.ts';

/** The finding with its places as routing knows them: a packet that was seen at the port of a bridge is one of the bridge. */
export function asRouted(finding: Finding, context: ReasonContext): Finding {
  const { path, stray, heldBack } = finding;
  const routed = <P extends Place>(place: P | null): P | null => {
    const state = stateOf(context, place?.host ?? null);
    if (!place?.interface || !state) return place;
    return { ...place, interface: networkDevice(state, place.interface) };
  };
  return {
    ...finding,
    path: {
      requestLeft: routed(path.requestLeft),
      requestReached: routed(path.requestReached),
      replyLeft: routed(path.replyLeft),
      replyReached: routed(path.replyReached),
    },
    stray: routed(stray),
    heldBack: routed(heldBack),
  };
}
