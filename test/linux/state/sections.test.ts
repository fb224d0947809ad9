import { describe, expect, it } from 'vitest';
import { quoteOf } from '../../../src/addr/source.ts';
import { sectionsOf } from '../../../src/linux/state/sections.ts';
import { stateOf } from './read-state.ts';

const PASTED = `ServerB# ip rule
0:\tfrom all lookup local
32766:\tfrom all lookup main
32767:\tfrom all lookup default
ServerB# date
Mon Nov 23 14:07:02 UTC 2026
ServerB# ip -6 rule
0:\tfrom all lookup local
32766:\tfrom all lookup main
ServerB# ip route show table all
default via 10.3.0.1 dev eth0
local 10.3.0.100 dev eth0 table local
ServerB# ip -j neigh
[{"dst":"10.3.0.1","dev":"eth0","lladdr":"02:42:0a:03:00:01","state":["REACHABLE"]}]
ServerB# sysctl -a
net.ipv4.conf.all.rp_filter = 1
ServerB# uname -r
6.18.44
ServerB# 
`;

describe('outputs pasted one after another', () => {
  it('are told apart by their command lines', () => {
    const state = stateOf(PASTED);
    expect(state.problems).toEqual([]);
    expect(state.rules.map(({ family }) => family)).toEqual([4, 4, 4, 6, 6]);
    expect(state.kernelRelease).toBe('6.18.44');
    expect(state.neighbours).toHaveLength(1);
    expect(state.sysctls.get('net.ipv4.conf.all.rp_filter')?.value).toBe('1');
    expect([...state.given].sort()).toEqual([
      'all-tables4',
      'kernel',
      'neighbours',
      'routes4',
      'rules4',
      'rules6',
      'sysctl',
    ]);
  });

  it('keep their places in the file', () => {
    const { routes, neighbours } = stateOf(PASTED);
    expect(quoteOf(routes[0].span)).toMatchObject({
      line: 11,
      column: 1,
      text: 'default via 10.3.0.1 dev eth0',
    });
    expect(quoteOf(neighbours[0].span)).toMatchObject({ line: 14, column: 2 });
  });

  it.each([
    ['# ip route', 'ip route'],
    ['$ ip route', 'ip route'],
    ['+ ip route', 'ip route'],
    ['[root@b ~]# sudo ip route', 'sudo ip route'],
    ['root@b:~$ /sbin/ip route', '/sbin/ip route'],
    ['=== ip route ===', 'ip route'],
    ['### ip route', 'ip route'],
    ['ip route', 'ip route'],
    ['(lab) root@b:~# ip route', 'ip route'],
  ])('%s', (line) => {
    const text = `${line}\r\ndefault via 10.3.0.1 dev eth0\r\n`;
    expect(sectionsOf({ path: 'x', text })).toMatchObject([
      { hint: { command: 'ip route' }, start: line.length + 2 },
    ]);
    expect(stateOf(text)).toMatchObject({ routes: [{}], problems: [] });
  });

  it.each([
    '#',
    '# reserved values',
    '-A INPUT -m comment --comment "# ip route" -j ACCEPT',
    'key=ip route',
    'kernel.core_pattern = |/usr/bin/ip route',
  ])('does not take for one: %s', (line) => {
    expect(sectionsOf({ path: 'x', text: `${line}\n` })).toHaveLength(1);
    expect(sectionsOf({ path: 'x', text: `${line}\n` })[0].start).toBe(0);
  });

  it('tolerates byte order marks, carriage returns and fences of markdown', () => {
    expect(stateOf('\ufeffdefault via 10.3.0.1 dev eth0\r\n\r\n')).toMatchObject({
      routes: [{}],
      problems: [],
    });
    const fenced = stateOf('# ip route\n```\ndefault via 10.3.0.1 dev eth0\n```\n');
    expect(fenced).toMatchObject({ routes: [{}], problems: [] });
  });
});
