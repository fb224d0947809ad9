import type { Ip } from '../addr/ip.ts';

/** What the kernel knows of a packet when it looks up its route (struct flowi4, flowi6). */
export interface Flow {
  readonly destination: Ip;
  /** Null: not chosen yet (the any address). */
  readonly source: Ip | null;
  /** Null for what the host itself sends (the kernel then takes `lo`). */
  readonly inputDevice: string | null;
  /** The device a socket is bound to, or null. */
  readonly outputDevice: string | null;
  /**
   * IPv6 only: the device is that of a bound socket (sk_bound_dev_if), so that no route by another one may be taken.
   * Without it, a device given together with a source is no more than preferred, as in `ip -6 route get from A oif D`
   * and in echo replies. In IPv4 a device always binds.
   */
  readonly socketBound: boolean;
  readonly mark: number;
  /** The header's tos / traffic class byte. */
  readonly tos: number;
  /** IANA protocol number, 0 where unknown. */
  readonly protocol: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** `INVALID_USER` where nobody sends it. */
  readonly user: number;
  /** FLOWI_FLAG_ANYSRC: the source need not be the host's own, as when the firewall has rewritten it. */
  readonly anySource?: boolean;
}

/** INVALID_UID. */
export const INVALID_USER = 0xffffffff;

/** A flow that came in by a device. */
export type InputFlow = Flow & { readonly inputDevice: string };

/** A flow of which only the addresses matter; the rest as a packet without marks has it. */
export function flowOf(destination: Ip, more: Partial<Omit<Flow, 'destination'>> = {}): Flow {
  return {
    destination,
    source: null,
    inputDevice: null,
    outputDevice: null,
    socketBound: false,
    mark: 0,
    tos: 0,
    protocol: 0,
    sourcePort: 0,
    destinationPort: 0,
    user: 0,
    ...more,
  };
}
