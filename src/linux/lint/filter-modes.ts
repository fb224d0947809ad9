import { indexOf } from '../host-index.ts';
import type { HostState, Sysctl } from '../host-state.ts';
import { type Mode, possibleModes } from '../rp-filter.ts';
import { confKey } from '../sysctl.ts';

/** The reverse-path filter in force on an interface, with the two settings it is the greater of. */
export interface FilterMode {
  readonly device: string;
  /** Null where a setting that could raise it is not known. */
  readonly mode: Mode | null;
  readonly all: Sysctl | null;
  readonly own: Sysctl | null;
}

export function filterModes(state: HostState): readonly FilterMode[] {
  const { devices, loopback } = indexOf(state);
  return devices
    .filter((device) => device !== loopback)
    .map((device) => {
      const { modes } = possibleModes(state, device);
      const setting = (place: string) => state.sysctls.get(confKey(4, place, 'rp_filter')) ?? null;
      return {
        device,
        mode: modes.length === 1 ? modes[0] : null,
        all: setting('all'),
        own: setting(device),
      };
    });
}
