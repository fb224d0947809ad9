import { notAccepted, refusedBy, wrongSource } from './accept-verdict.ts';
import { type Verdict, verdict } from './evidence.ts';
import type { Measurement } from './measure.ts';
import { replyLost, replyNeverLeft } from './reply-verdict.ts';
import { requestLost, requestNeverLeft } from './request-verdict.ts';
import type { Probe } from './scenario.ts';
import type { Stage } from './stage.ts';

/** Derives the verdict from captures, counters, the kernel's own lookups and the changes that helped. */
export function verdictOf(m: Measurement, probe: Probe): Verdict {
  const { requestLeftA, requestReachedB, replyLeftB, replyReachedA } = m.stages;
  if (m.probe.succeeded) return healthy(m);
  if (!requestLeftA.seen) return requestNeverLeft(m, probe);
  if (!requestReachedB.seen) return requestLost(m);
  if (!replyLeftB.seen) return replyNeverLeft(m, probe);
  if (refused(replyLeftB)) return refusedBy(m, probe);
  if (!replyLeftB.src!.every((address) => requestReachedB.dst!.includes(address))) return wrongSource(m);
  if (!replyReachedA.seen) return replyLost(m);
  return notAccepted(m, probe);
}

function healthy({ stages }: Measurement): Verdict {
  // A packet through a bridge is seen on the port and on the bridge.
  const same = (one: Stage, other: Stage) =>
    Object.keys(one.ifaces ?? {}).some((name) => name in (other.ifaces ?? {}));
  const symmetric =
    same(stages.requestLeftA, stages.replyReachedA) && same(stages.requestReachedB, stages.replyLeftB);
  const code = symmetric ? 'HEALTHY' : 'HEALTHY_ASYMMETRIC';
  return verdict(code, null, null, 'The probe succeeded.');
}

function refused(reply: Stage): boolean {
  return Object.keys(reply.flags ?? {}).some((flags) => flags.includes('R'));
}
