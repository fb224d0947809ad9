import { describe, expect, it } from 'vitest';
import type { SourceFile } from '../../../src/addr/source.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { folder, model, randomHost } from './read-state.ts';

const LISTS = [
  'links',
  'addresses',
  'rules',
  'routes',
  'neighbours',
  'nextHopObjects',
  'tableNames',
] as const;

function lists(sources: readonly SourceFile[], names: readonly (keyof HostState)[] = LISTS): unknown {
  const state = buildHostState('host', sources);
  expect(state.problems).toEqual([]);
  return model(Object.fromEntries(names.map((name) => [name, state[name]])));
}

const isJson = ({ path }: SourceFile) => /^ip.*\.json$/.test(path);
const isText = ({ path }: SourceFile) => /^ip6?-.*\.txt$/.test(path);
const isNames = ({ path }: SourceFile) => path === 'rt_tables';

describe('one host in several forms is one model', () => {
  it.each(['10-blog-policy-both-ServerA', '20c-v6-firewall-drops-reply-ServerB'])('%s', (name) => {
    const all = folder(name);
    const text = lists(all.filter((file) => isText(file) || isNames(file)));
    expect(lists(all.filter((file) => isJson(file) || isNames(file)))).toEqual(text);
    expect(lists(all)).toEqual(text);
  });

  it.each(['random-006', 'random-024', 'random-027', 'random-072'])('%s', (name) => {
    const all = randomHost(`${name}.json.gz`);
    const text = lists(all.filter(isText));
    expect(lists(all.filter(isJson))).toEqual(text);
    expect(lists(all)).toEqual(text);
  });

  // Nexthop objects, encapsulation, metrics, named tos, every rule selector, peers; as printed by iproute2 6.1.
  it.each(['one-line-details', 'numbers', 'statistics', 'json', 'json-details'])(
    'ip with other options: %s',
    (form) => {
      const names = ['addresses', 'rules', 'routes', 'neighbours', 'nextHopObjects'] as const;
      expect(lists(folder(`forms/${form}`), names)).toEqual(lists(folder('forms/plain'), names));
    },
  );

  it('net-tools beside iproute2 change nothing', () => {
    const names = ['addresses', 'routes', 'neighbours'] as const;
    const plain = folder('forms/plain');
    expect(lists([...folder('forms/net-tools'), ...plain], names)).toEqual(lists(plain, names));
  });

  it('says what was given', () => {
    const { given } = buildHostState('host', folder('10-blog-policy-both-ServerA'));
    expect([...given].sort()).toEqual([
      'addresses',
      'all-tables4',
      'all-tables6',
      'iptables4',
      'iptables6',
      'links',
      'neighbours',
      'nft',
      'routes4',
      'routes6',
      'rules4',
      'rules6',
      'sockets',
      'sysctl',
      'table-names',
      'tcp-sockets',
      'udp-sockets',
    ]);
  });
});
