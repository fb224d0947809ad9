import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatIp } from '../../src/addr/ip.ts';
import { formatPrefix } from '../../src/addr/prefix.ts';
import type { SourceFile } from '../../src/addr/source.ts';
import type { HostState } from '../../src/linux/host-state.ts';
import { buildHostState } from '../../src/linux/state/build.ts';
import { model } from '../linux/state/read-state.ts';
import { drawHost } from './fuzz/host-plan.ts';
import { type Machine, makeMachine, removeMachine, saveState } from './fuzz/machine.ts';
import { removeAllNamespaces, sweepOrphans, whyNoNamespaces } from './namespace.ts';

/**
 * Random hosts on this machine's kernel, listed by `ip` as text and as JSON: what is read from the text is what is read from
 * the JSON, and that is what the JSON says. WAYHOME_FUZZ_SEED repeats a run, WAYHOME_FORMS_HOSTS (5) sets its length.
 */
const obstacle = whyNoNamespaces();
const seed = Number(process.env.WAYHOME_FUZZ_SEED ?? Date.now() % 1_000_000_000);
const HOSTS = Number(process.env.WAYHOME_FORMS_HOSTS ?? 5);

/** Options of `ip`, in pairs that must tell the same. */
const TEXT = ['', '-d', '-o', '-s', '-o -d', '-N'] as const;
const JSON_FORMS = ['-j', '-j -d', '-j -s'] as const;

const LISTS = ['addresses', 'rules', 'nextHopObjects'] as const;

function listings(options: string): Record<string, string> {
  const ending = options.includes('-j') ? 'json' : 'txt';
  const objects = { 'ip-addr': 'addr', 'ip-link': 'link', 'ip-neigh': 'neigh', 'ip-nexthop': 'nexthop' };
  const tables = 'route show table all';
  return {
    ...Object.fromEntries(
      Object.entries(objects).map(([name, object]) => [`${name}.${ending}`, `ip ${options} ${object}`]),
    ),
    [`ip-route-all.${ending}`]: `ip ${options} -4 ${tables}`,
    [`ip6-route-all.${ending}`]: `ip ${options} -6 ${tables}`,
    [`ip-rule.${ending}`]: `ip ${options} rule`,
    [`ip6-rule.${ending}`]: `ip ${options} -6 rule`,
    rt_tables: 'cat /etc/iproute2/rt_tables',
  };
}

/** Each listing of each form, saved at one time: `options` -> files. */
async function listAll(machine: Machine): Promise<Map<string, readonly SourceFile[]>> {
  const forms = new Map<string, readonly SourceFile[]>();
  for (const options of [...TEXT, ...JSON_FORMS])
    forms.set(options, await saveState(machine, { files: listings(options), pasted: false }));
  return forms;
}

/** Without what a form does not tell: of names, `-N` has numbers, and not every protocol has a name of ours. */
function lists(state: HostState, options: string): unknown {
  const routes = state.routes.map((route) => (options === '-N' ? { ...route, protocol: null } : route));
  return model({
    ...Object.fromEntries(LISTS.map((name) => [name, state[name]])),
    routes,
    // The others come and go by themselves between two listings.
    neighbours: state.neighbours.filter(({ states }) => states.has('PERMANENT')),
    // A kind and a VRF's table are told with `-d` only.
    links: state.links.map(({ linkKind: _, vrfTable: __, ...link }) => link),
  });
}

function stateFrom(sources: readonly SourceFile[]): HostState {
  const state = buildHostState('host', sources);
  expect(state.problems).toEqual([]);
  return state;
}

interface JsonAddress {
  readonly ifname?: string;
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number }[];
}

interface JsonRoute {
  readonly dst: string;
  readonly metric?: number;
}

function jsonOf<T>(sources: readonly SourceFile[], path: string): readonly T[] {
  return JSON.parse(sources.find((one) => one.path === path)?.text || '[]') as T[];
}

/** Counts and names straight from the JSON, so that two readers cannot be wrong together. */
function expectAsJson(state: HostState, sources: readonly SourceFile[]): void {
  const addresses = jsonOf<JsonAddress>(sources, 'ip-addr.json').flatMap(({ ifname, addr_info }) =>
    (addr_info ?? []).map(({ local, prefixlen }) => `${ifname} ${local}/${prefixlen}`),
  );
  expect(
    state.addresses.map(({ device, prefix }) => `${device} ${formatIp(prefix.address)}/${prefix.length}`),
  ).toEqual(addresses);
  const routes = ['ip-route-all.json', 'ip6-route-all.json'].flatMap((path) =>
    jsonOf<JsonRoute>(sources, path).map(({ dst, metric = 0 }) => `${dst} ${metric}`),
  );
  expect(
    state.routes.map((route) => `${formatPrefix(route.destination)} ${route.metric ?? 0}`).sort(),
  ).toEqual(routes.sort());
  const rules = [...jsonOf(sources, 'ip-rule.json'), ...jsonOf(sources, 'ip6-rule.json')];
  expect(state.rules).toHaveLength(rules.length);
  const neighbours = jsonOf<{ dst: string; dev: string }>(sources, 'ip-neigh.json');
  expect(state.neighbours.map(({ address, device }) => `${formatIp(address)} ${device}`)).toEqual(
    neighbours.map(({ dst, dev }) => `${dst} ${dev}`),
  );
}

beforeAll(() => {
  if (!obstacle) sweepOrphans();
});
afterAll(removeAllNamespaces);

describe('random hosts', () => {
  it('are the same in every form that ip prints', async (ctx) => {
    if (obstacle) ctx.skip(obstacle);
    for (let host = seed; host < seed + HOSTS; host++) {
      const machine = await makeMachine(drawHost(host, 0).lines);
      try {
        const forms = await listAll(machine);
        const json = stateFrom(forms.get('-j')!);
        expectAsJson(json, forms.get('-j')!);
        for (const [options, sources] of forms)
          expect(lists(stateFrom(sources), options), `WAYHOME_FUZZ_SEED=${host}, ip ${options}`).toEqual(
            lists(json, options),
          );
      } finally {
        removeMachine(machine);
      }
    }
    console.log(`WAYHOME_FUZZ_SEED=${seed}: ${HOSTS} hosts in ${TEXT.length + JSON_FORMS.length} forms`);
  });
});
