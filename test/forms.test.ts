import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { PASTED } from './linux/state/pasted.ts';
import {
  analysisOf,
  capturePath,
  hostInput,
  hostNames,
  outline,
  scratch,
  stateFiles,
  wholeCase,
} from './support/cases.ts';

/** The same hosts at the same moment, as `ip -j` and net-tools printed them. */
const OTHER = fileURLToPath(new URL('./fixtures/cases-other-forms', import.meta.url));

const NAMES = [
  '02-b-strict-rp-filter',
  '04-router-urpf-drops-reply',
  '12b-rule-right-no-default',
  '20c-v6-firewall-drops-reply',
];

const folder = scratch();
afterAll(() => rmSync(folder, { recursive: true }));

/** Files that `ip` printed, and the rest, which stays as it is. */
function partsOf(name: string, host: string) {
  const files = stateFiles(name, host);
  const isListing = (path: string) =>
    /^ip6?-(?:addr|link|rule|route-all|neigh)\.txt$|^rt_tables$/.test(basename(path));
  return { listings: files.filter(isListing), rest: files.filter((path) => !isListing(path)) };
}

async function asPasted(name: string, manner: string) {
  const hosts = hostNames(name).map((host) => {
    const { listings, rest } = partsOf(name, host);
    const files = listings.map((path) => ({ path: basename(path), text: readFileSync(path, 'utf8') }));
    const own = join(folder, name, host, manner);
    mkdirSync(own, { recursive: true });
    const written = PASTED[manner](files).map(({ path, text }) => {
      writeFileSync(join(own, path), text);
      return join(own, path);
    });
    return hostInput(host, capturePath(name, host), ...rest, ...written);
  });
  return analysisOf(hosts);
}

/** State files of which `other` take the place of those that `without` matches. */
async function withOthers(name: string, other: readonly string[], without: RegExp) {
  const hosts = hostNames(name).map((host) => {
    const kept = stateFiles(name, host).filter((path) => !without.test(basename(path)));
    const others = other.map((file) => join(OTHER, name, host, file));
    return hostInput(host, capturePath(name, host), ...kept, ...others);
  });
  return analysisOf(hosts);
}

const JSON_FILES = ['addr', 'link', 'neigh', 'route-all', 'rule'].map((object) => `ip-${object}.json`);

describe.each(NAMES)('the diagnosis of %s is the same', (name) => {
  it.each(Object.keys(PASTED))('however the state was pasted: %s', async (manner) => {
    const analysis = await asPasted(name, manner);
    expect(outline(analysis)).toEqual(outline(await analysisOf(wholeCase(name))));
    expect(analysis.problems).toEqual([]);
  });

  it('from JSON', async () => {
    const files = [...JSON_FILES, 'ip6-rule.json', 'ip6-route-all.json'];
    const analysis = await withOthers(name, files, /^ip6?-.*\.txt$/);
    expect(outline(analysis)).toEqual(outline(await analysisOf(wholeCase(name))));
  });
});

describe('a form that holds less', () => {
  it('route -n and ifconfig: the same cause where main decides; rules are said to be missing', async () => {
    const name = '04-router-urpf-drops-reply';
    for (const table of ['route-n.txt', 'netstat-rn.txt', 'ip-route.txt']) {
      const analysis = await withOthers(name, [table, 'ifconfig.txt'], /^ip6?-.*\.txt$/);
      expect(outline(analysis)).toEqual(outline(await analysisOf(wholeCase(name))));
      expect(analysis.hosts.map(({ missing }) => missing.includes('rules'))).toEqual([true, true]);
    }
  });

  it('the main table alone does not tell what a rule finds in its own', async () => {
    const name = '12b-rule-right-no-default';
    const analysis = await withOthers(name, ['route-n.txt'], /^ip6?-route.*\.txt$/);
    const causes = analysis.diagnoses.flatMap((one) => one.causes);
    const missing = causes.flatMap((cause) => cause.missing.map(({ what }) => what));
    expect(missing.filter((what) => /^ip route show table /.test(what))).not.toEqual([]);
    expect(causes.some(({ kind }) => kind === 'rule-table-no-default')).toBe(false);
  });
});
