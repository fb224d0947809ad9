import type { Lab } from './lab.ts';
import { bare, type Card } from './plan.ts';
import type { Node, Probe } from './scenario.ts';

/** One question to the kernel's own route lookup, and its answer. */
export interface Lookup {
  readonly node: Node;
  readonly query: string;
  readonly answer: string;
  /** The kernel's errno in words (`Invalid argument`, `No route to host` ...), null when it found a route. */
  readonly error: string | null;
}

export interface Lookups {
  readonly all: readonly Lookup[];
  /** The reply's lookup on B. */
  readonly reply: Lookup;
  /** Destination of the FIB entry that decides (`ip route get fibmatch`), e.g. `default`; null: none does. */
  readonly decidedBy: { readonly request: string | null; readonly reply: string | null };
}

/** Asks A for the way to the target and B for the way back. The reply goes from `asked` to `client`, as B knows them. */
export async function lookUp(lab: Lab, probe: Probe, client: string, asked: string): Promise<Lookups> {
  const ip = probe.to.includes(':') ? 'ip -6' : 'ip';
  const get = `${ip} route get`;
  const bound = probe.kind === 'ping' && lab.plan.a.cards.some((card) => card.name === probe.bind);
  const forward = await ask(lab, 'a', `${get} ${probe.to} from ${client}`);
  const device = bound ? [await ask(lab, 'a', `${get} ${probe.to} oif ${probe.bind}`)] : [];
  const reply = await ask(lab, 'b', `${get} ${client} from ${asked}`);
  const decidedBy = {
    request: await decider(lab, 'a', ip, probe.to, client),
    reply: await decider(lab, 'b', ip, client, asked),
  };
  return { all: [forward, ...device, reply], reply, decidedBy };
}

async function decider(lab: Lab, node: Node, ip: string, to: string, from: string): Promise<string | null> {
  const outcome = await lab.run(node, `${ip} -j route get fibmatch ${to} from ${from}`.split(' '));
  if (outcome.exit !== 0) return null;
  return (JSON.parse(outcome.stdout) as { dst: string }[])[0]?.dst ?? null;
}

/** The address A's probe bears when none was captured: that of the bound card, or the address given. */
export function clientAddress(lab: Lab, probe: Probe): string {
  const six = probe.to.includes(':');
  const own = (card: Card) => bare(six ? card.address6 : card.address4);
  if (probe.kind !== 'ping') return probe.from ?? own(lab.plan.a.cards[0]);
  const card = lab.plan.a.cards.find((card) => card.name === probe.bind);
  return card ? own(card) : (probe.bind ?? own(lab.plan.a.cards[0]));
}

async function ask(lab: Lab, node: Node, query: string): Promise<Lookup> {
  const outcome = await lab.run(node, query.split(' '));
  const answer = (outcome.stdout + outcome.stderr).replace(/\s+/g, ' ').trim();
  const error = outcome.exit === 0 ? null : answer.replace(/^RTNETLINK answers: /, '');
  return { node, query, answer, error };
}
