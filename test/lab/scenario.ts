import type { Plan } from './plan.ts';

/** The machines of a lab: the two servers, the router, and a firewall before B's first card where asked for. */
export type Node = 'a' | 'b' | 'router' | 'firewall';

/** One command on one machine, split at blanks and run without a shell; or a TCP listener that stays. */
export type Step =
  | { readonly on: Node; readonly command: string }
  | { readonly on: Node; readonly listen: number; readonly address?: string };

export interface Ping {
  readonly kind: 'ping';
  /** Argument of `-I`: an interface binds the socket to the device, an address does not. */
  readonly bind?: string;
  readonly to: string;
  readonly count?: number;
  /** Seconds between requests; 0.3 unless told. */
  readonly intervalS?: number;
  readonly ttl?: number;
}

export interface Tcp {
  readonly kind: 'tcp';
  /** Source address of the client (`ncat -s`). */
  readonly from: string;
  readonly to: string;
  readonly port: number;
}

/** What the client on A tries. */
export type Probe = Ping | Tcp;

/** A change tried on the broken lab. `helps` is what the author expects; the probe decides. */
export interface Fix {
  readonly what: string;
  readonly helps: boolean;
  readonly steps: readonly Step[];
}

export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly plan: Plan;
  /** A stateful firewall stands between the router and B's first card. */
  readonly firewall?: boolean;
  /** Form of the captures handed to the analyzer; one `-i any` file a server unless told. */
  readonly captureStyle?: 'any' | 'per-interface';
  /** What is configured beyond addresses and default routes by the first cards. */
  readonly setup: readonly Step[];
  readonly probe: Probe;
  readonly fixes: readonly Fix[];
  /** The author's own diagnosis; the lab fails when the kernel's differs. */
  readonly expected: { readonly code: string; readonly host: 'a' | 'b' | null };
}

export const onA = (command: string): Step => ({ on: 'a', command });
export const onB = (command: string): Step => ({ on: 'b', command });
export const onRouter = (command: string): Step => ({ on: 'router', command });
export const onFirewall = (command: string): Step => ({ on: 'firewall', command });

/** A change the author expects to cure the probe. */
export const helps = (what: string, ...steps: Step[]): Fix => ({ what, helps: true, steps });
/** A change often tried and of no use here. */
export const useless = (what: string, ...steps: Step[]): Fix => ({ what, helps: false, steps });

/** rp_filter of `all`, `default` and both cards. 0 off, 1 strict, 2 loose. */
export function rpFilter(plan: Plan, on: 'a' | 'b', mode: 0 | 1 | 2): Step {
  const names = ['all', 'default', ...plan[on].cards.map((card) => card.name)];
  const words = names.map((name) => `net.ipv4.conf.${name}.rp_filter=${mode}`);
  return { on, command: `sysctl -qw ${words.join(' ')}` };
}

/** The step as a person would type it. */
export function typed(step: Step): string {
  if ('command' in step) return step.command;
  return `ncat -lk ${step.address ? `${step.address} ` : ''}${step.listen}`;
}
