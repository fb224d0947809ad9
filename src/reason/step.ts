import type { Missing } from '../linux/decision.ts';
import type { Cause } from './cause.ts';

/** One step of a packet's way, judged by the host state. */
export interface StepResult {
  /** Empty: this step lets the packet pass, as far as can be told. */
  readonly causes: readonly Cause[];
  /** What would have to be known to clear the step. */
  readonly missing: readonly Missing[];
}

export const CLEARED: StepResult = { causes: [], missing: [] };

/** No firewall dump at all: told once, where nothing else explains a silence. */
export function withoutFirewall(missing: readonly Missing[]): Missing[] {
  return missing.filter((one) => one.kind !== 'firewall');
}
