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

/**
 * What is open about a step that seems to be passed. That no firewall dump was given is told once, where nothing else
 * explains a silence; a setting that no file gave is taken as a fresh Linux has it.
 */
export function openAbout(missing: readonly Missing[]): Missing[] {
  return missing.filter((one) => one.kind !== 'firewall' && one.kind !== 'sysctl');
}
