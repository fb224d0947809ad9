import type { HostState } from '../host-state.ts';
import { overlapLint } from './address-lint.ts';
import { gatewayLint } from './gateway-lint.ts';
import type { Lint } from './lint.ts';
import { ruleLint } from './rule-lint.ts';
import { tableLint } from './table-lint.ts';

/** All of it, rules first, in the order of the files. */
export function lintOf(state: HostState): readonly Lint[] {
  return [...ruleLint(state), ...tableLint(state), ...gatewayLint(state), ...overlapLint(state)];
}
