import type { Plan } from './plan.ts';

/**
 * The machines of a lab: the two servers, the router, a firewall before B's first card and a
 * translating box before B's second, where asked for.
 */
export type Node = 'a' | 'b' | 'router' | 'firewall' | 'natbox';

/** A TCP listener that stays. */
export interface Listen {
  readonly on: Node;
  readonly listen: number;
  readonly address?: string;
  /** `echo` sends back what it gets; `source` as many bytes as it is asked for; `stopped` never accepts a connection (SIGSTOP). */
  readonly manner?: 'echo' | 'source' | 'stopped';
}

/** A UDP responder that stays; bound to no address it lets the kernel choose the source of its answers. */
export interface Respond {
  readonly on: Node;
  readonly respond: number;
  readonly address?: string;
}

/** A TCP client that connects and keeps its connection open. */
export interface Hold {
  readonly on: Node;
  readonly hold: string;
  readonly port: number;
}

/** One command on one machine, split at blanks and run without a shell; or a program that stays. */
export type Step = { readonly on: Node; readonly command: string } | Listen | Respond | Hold;

export interface Ping {
  readonly kind: 'ping';
  /** Argument of `-I`: an interface binds the socket to the device, an address does not. */
  readonly bind?: string;
  readonly to: string;
  readonly count?: number;
  /** Seconds between requests; 0.3 unless told. */
  readonly intervalS?: number;
  readonly ttl?: number;
  /** Bytes of payload, with the don't-fragment bit. */
  readonly sizeUnbroken?: number;
  /** Type of service of the request. */
  readonly tos?: number;
}

export interface Tcp {
  readonly kind: 'tcp';
  /** Source address of the client (`ncat -s`). */
  readonly from: string;
  readonly to: string;
  readonly port: number;
  /** Bytes sent, all of which an echoing listener must send back; without it opening the connection is enough. */
  readonly bytes?: number;
  /** Bytes asked of a listener in the manner of a source, all of which must come. */
  readonly fetch?: number;
}

/** Three datagrams of a connected client; on port 53 they are DNS questions. */
export interface Udp {
  readonly kind: 'udp';
  readonly from?: string;
  readonly to: string;
  readonly port: number;
}

/** What the client on A tries. */
export type Probe = Ping | Tcp | Udp;

/** A change tried on the broken lab. `helps` is what the author expects; the probe decides. */
export interface Fix {
  readonly what: string;
  readonly helps: boolean;
  readonly steps: readonly Step[];
}

export type CaptureStyle = 'any' | 'per-interface' | 'cooked-v1' | 'nanoseconds' | 'pcapng' | 'any-pcapng';

/** Machines beside the two servers and the router, and networks laid together. */
export interface Surroundings {
  /** A stateful firewall stands between the router and B's first card. */
  readonly firewall?: boolean;
  /** A box that may translate addresses stands between the router and B's second card. */
  readonly natBox?: boolean;
  /** Numbers of two of the four networks that are one layer-2 network. */
  readonly joined?: readonly [number, number];
}

export interface Scenario extends Surroundings {
  readonly name: string;
  readonly title: string;
  readonly plan: Plan;
  /** Form of the captures handed to the analyzer; one `-i any` file a server unless told. */
  readonly captureStyle?: CaptureStyle;
  /** Seconds by which B's clock, and so its captures, are ahead of A's. */
  readonly clockOffsetS?: number;
  /** What is configured beyond addresses and default routes by the first cards. */
  readonly setup: readonly Step[];
  /** What is done once the servers know their gateways. */
  readonly late?: readonly Step[];
  readonly probe: Probe;
  /** Tried after the probe, under the same captures; the verdict is about `probe` alone. */
  readonly also?: readonly (Probe | Step)[];
  readonly fixes: readonly Fix[];
  /** The author's own diagnosis; the lab fails when the kernel's differs. */
  readonly expected: { readonly code: string; readonly host: 'a' | 'b' | null };
}

export const onA = (command: string): Step => ({ on: 'a', command });
export const onB = (command: string): Step => ({ on: 'b', command });
export const onRouter = (command: string): Step => ({ on: 'router', command });
export const onFirewall = (command: string): Step => ({ on: 'firewall', command });
export const onNatBox = (command: string): Step => ({ on: 'natbox', command });

/** A change the author expects to cure the probe. */
export const helps = (what: string, ...steps: Step[]): Fix => ({ what, helps: true, steps });
/** A change often tried and of no use here. */
export const useless = (what: string, ...steps: Step[]): Fix => ({ what, helps: false, steps });

/** rp_filter of `all`, `default` and both cards. 0 off, 1 strict, 2 loose. */
export function rpFilter(plan: Plan, on: 'a' | 'b', mode: 0 | 1 | 2): Step {
  const names = ['all', 'default', ...plan[on].cards.map((card) => card.name)];
  const words = names.map((name) => `net.ipv4.conf.${sysctlName(name)}.rp_filter=${mode}`);
  return { on, command: `sysctl -qw ${words.join(' ')}` };
}

/** An interface's name as a word of a sysctl key: a dot in it is written as a slash. */
export function sysctlName(name: string): string {
  return name.replaceAll('.', '/');
}

/** The step as a person would type it. */
export function typed(step: Step): string {
  if ('command' in step) return step.command;
  if ('respond' in step) return `udp-answer ${step.respond} ${step.address ?? 'any'}`;
  if ('hold' in step) return `ncat -n ${step.hold} ${step.port}`;
  if (step.manner === 'source') return `tcp-source ${step.listen} ${step.address ?? 'any'}`;
  if (step.manner === 'echo') return `tcp-echo ${step.listen} ${step.address ?? 'any'}`;
  const stopped = step.manner === 'stopped' ? ' & kill -STOP $!' : '';
  return `ncat -lk ${step.address ? `${step.address} ` : ''}${step.listen}${stopped}`;
}
