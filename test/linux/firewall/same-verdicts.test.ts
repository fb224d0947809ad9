import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quoteOf } from '../../../src/addr/source.ts';
import type { Chain, Firewall } from '../../../src/linux/firewall/firewall.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { arrive, echo, echo6, hostWith, SYN_ACK, tcp, udp } from './support.ts';

// One rule set with nearly every expression and statement there is, as nft 1.0.6 lists it in three ways.
const FOLDER = join(import.meta.dirname, '../../fixtures/linux-firewall');
const read = (name: string) => readFileSync(join(FOLDER, name), 'utf8');

const FORMS = ['nft.txt', 'nft-handles-numeric.txt', 'nft.json'];
const hosts = FORMS.map((name) => hostWith({ [name]: read(name) }));

const PACKETS = [
  echo(),
  echo({ icmp: { type: 0, code: 0 } }),
  echo6(),
  tcp(22),
  tcp(80, SYN_ACK, { tos: 0x20 }),
  tcp(443, 16, { ttl: 3 }),
  udp(53, { lengthBytes: 700 }),
  udp(67, { sourcePort: 53 }),
];

/** The state with one rule of the chain left, in an input chain that accepts what it does not match. */
function onlyRule(state: HostState, chain: Chain, at: number): HostState {
  const base = { type: 'filter', hook: 'input', priority: 0, policy: 'accept' } as const;
  const others = (state.firewall?.chains ?? []).filter((one) => one.base === null);
  const firewall: Firewall = {
    chains: [...others, { ...chain, base, rules: [chain.rules[at]] }],
    sets: state.firewall?.sets ?? [],
  };
  return { ...state, firewall };
}

function verdicts(state: HostState, chain: Chain, at: number): string[] {
  const only = onlyRule(state, chain, at);
  return PACKETS.map((packet) => {
    const { outcome, mark, connection, packet: out } = arrive(only, packet);
    const how = outcome.kind === 'rejected' ? outcome.with : '';
    return [outcome.kind, how, mark, connection?.mark, out.tos, out.sourcePort].join(' ');
  });
}

const [text] = hosts;

const filled = (text.firewall?.chains ?? []).filter(({ rules }) => rules.length > 0);

describe.each(filled)('$table.family $table.name $name', (chain) => {
  it.each(chain.rules.map((rule, i) => [quoteOf(rule.span).text, i] as const))('%s', (_, i) => {
    const expected = verdicts(text, chain, i);
    for (const host of hosts.slice(1)) {
      const same = host.firewall?.chains.find(
        (one) => one.name === chain.name && one.table.name === chain.table.name,
      );
      expect(same?.base).toEqual(chain.base);
      expect(verdicts(host, same!, i)).toEqual(expected);
    }
  });
});

describe('the forms of one rule set', () => {
  it('hold the same chains and sets', () => {
    const [first, ...others] = hosts.map(({ firewall }) => ({
      chains: firewall?.chains.map(({ name, rules }) => [name, rules.length]),
      sets: firewall?.sets,
    }));
    expect(first.chains?.flat()).toContain('in');
    for (const other of others) expect(other).toEqual(first);
  });

  it('leave nothing unread', () => {
    for (const { problems } of hosts) expect(problems).toEqual([]);
  });

  it('given together are one', () => {
    const both = hostWith(Object.fromEntries(FORMS.map((name) => [name, read(name)])));
    expect(both.firewall?.chains.length).toBe(text.firewall?.chains.length);
    expect(both.firewall?.chains[0].span.source.path).not.toContain('json');
  });

  it('quote the JSON object of a rule', () => {
    const [, , json] = hosts;
    const rule = json.firewall?.chains.find(({ name }) => name === 'in')?.rules.at(-1);
    expect(quoteOf(rule!.span).text).toMatch(/^\{"rule": .*"drop": null\}\]\}\}$/);
  });
});
