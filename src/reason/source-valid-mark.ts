import type { HostState } from '../linux/host-state.ts';
import type { Passage } from '../linux/passage.ts';
import { deviceSetting } from '../linux/sysctl.ts';
import type { CauseSource } from './cause.ts';
import { firewallSource } from './firewall-cause.ts';

/** Whether the reverse-path filter looks its route up without the packet's mark, so that no rule on one is at fault. */
export function marksIgnored(state: HostState, device: string): boolean {
  return deviceSetting(state, 4, 'src_valid_mark', device).value === 0;
}

/** A mark set on arrival that the reverse-path filter does not look at, for want of src_valid_mark. */
export function markSource(
  state: HostState,
  device: string,
  { changes }: Passage,
): { readonly sources: readonly CauseSource[]; readonly notes: readonly string[] } {
  const marked = changes.find(({ what }) => what.kind === 'mark' || what.kind === 'connection-mark');
  const setting = deviceSetting(state, 4, 'src_valid_mark', device);
  if (!marked || setting.value !== 0) return { sources: [], notes: [] };
  const told = setting.sysctls.map(
    ({ span }): CauseSource => ({ span, mark: 'context', label: 'marks do not count', where: null }),
  );
  return {
    sources: [...told, firewallSource(marked.rule, 'sets a mark', 'context')],
    notes: [
      'the filter looks its route up without the mark of the packet unless src_valid_mark is 1; a mark that is set in prerouting by then counts with it',
    ],
  };
}
