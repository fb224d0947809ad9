import { describe, expect, it } from 'vitest';
import { parseIp } from '../../../src/addr/ip.ts';
import { flowOf } from '../../../src/linux/flow.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { lookupOutput } from '../../../src/linux/lookup-output.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';

const ETH0 = `2: eth0: <BROADCAST,UP,LOWER_UP> mtu 1500
    inet 10.3.0.100/24 scope global eth0
`;
const ETH1 = `3: eth1: <BROADCAST,UP,LOWER_UP> mtu 1500
    inet 10.4.0.100/24 scope global eth1
`;
const BROKEN = ETH1.replace('10.4.0.100/24', '10.4.0.1x0/24');
const ROUTES = 'default via 10.3.0.1 dev eth0\n10.4.0.0/24 dev eth1 scope link\n';
const RULES = '0:\tfrom all lookup local\n32766:\tfrom all lookup main\n32767:\tfrom all lookup default\n';

function stateOf(files: Readonly<Record<string, string>>): HostState {
  const all = { 'ip-route.txt': ROUTES, 'ip-rule.txt': RULES, ...files };
  return buildHostState(
    'b',
    Object.entries(all).map(([path, text]) => ({ path, text })),
  );
}

function look(state: HostState, to: string, from?: string) {
  const destination = parseIp(to);
  if (!destination) throw new TypeError(to);
  return lookupOutput(state, flowOf(destination, { source: parseIp(from ?? '') ?? null }));
}

const LINE = { kind: 'not-understood', what: 'line 4 of ip-addr.txt' };

describe('an address line that was not understood', () => {
  const state = stateOf({ 'ip-addr.txt': ETH0 + BROKEN });

  it('leaves the addresses not fully given, and is a gap', () => {
    expect(state.given.has('addresses')).toBe(false);
    expect(state.gaps).toMatchObject([{ kind: 'address', device: 'eth1' }]);
  });

  it('leaves the source of its own device open, not that of another one', () => {
    expect(look(state, '10.4.0.9')).toMatchObject({ kind: 'route', device: 'eth1', source: null });
    expect(look(state, '10.9.0.9')).toMatchObject({ device: 'eth0', source: parseIp('10.3.0.100') });
  });

  it('may be the source that is not found, and is named', () => {
    const decision = look(state, '10.9.0.9', '10.4.0.100');
    expect(decision).toMatchObject({ kind: 'route', device: 'eth0' });
    expect(decision.kind === 'route' && decision.assumed).toContainEqual(LINE);
    expect(look(stateOf({ 'ip-addr.txt': ETH0 + ETH1 }), '10.9.0.9', '10.4.0.101')).toMatchObject({
      kind: 'no-route',
      reason: 'source-not-local',
    });
  });

  it('is made good by another form that tells all', () => {
    const json =
      '[{"ifname":"eth0","addr_info":[{"local":"10.3.0.100","prefixlen":24}]},{"ifname":"eth1","addr_info":[{"local":"10.4.0.100","prefixlen":24}]}]';
    const both = stateOf({ 'ip-addr.txt': ETH0 + BROKEN, 'ip-addr.json': json });
    expect(both.gaps).toEqual([]);
    expect(look(both, '10.4.0.9')).toMatchObject({ source: parseIp('10.4.0.100') });
  });

  it.each([
    ['ifconfig', 'eth1: flags=4163<UP,RUNNING>  mtu 1500\n        inet 10.4.0.x  netmask 255.255.255.0\n'],
    ['JSON', '[{"ifname":"eth1","addr_info":[{"local":"10.4.0.x","prefixlen":24}]}]'],
  ])('in %s is a gap, too', (_, text) => {
    const one = stateOf({ 'addresses.txt': text });
    expect(one.gaps).toMatchObject([{ kind: 'address', device: 'eth1' }]);
    expect(one.given.has('addresses')).toBe(false);
  });
});

describe('a listing of one device', () => {
  const IFCONFIG = 'eth1: flags=4163<UP,RUNNING>  mtu 1500\n        inet 10.4.0.100  netmask 255.255.255.0\n';

  it.each([
    [`# ip addr show eth1\n${ETH1}`, false],
    [`# ip -4 a s dev eth1\n${ETH1}`, false],
    [`# ifconfig eth1\n${IFCONFIG}`, false],
    [`# ip addr show\n${ETH1}`, true],
    [`# ip -4 addr > addresses.txt\n${ETH1}`, true],
    [`# ifconfig -a\n${IFCONFIG}`, true],
  ])('%j tells all addresses: %s', (text, all) => {
    const state = stateOf({ 'pasted.txt': text });
    expect(state.addresses).toHaveLength(1);
    expect(state.given.has('addresses')).toBe(all);
    const decision = look(state, '10.9.0.9', '10.3.0.100');
    expect(decision.kind).toBe(all ? 'no-route' : 'route');
  });
});

describe('settings in force', () => {
  it.each(['sysctl.conf', 'etc/sysctl.d/99-local.conf'])(
    'win over those of %s, whichever comes first',
    (path) => {
      const conf = { [path]: 'net.ipv4.conf.all.rp_filter=1\nnet.ipv4.ip_forward=1\n' };
      const running = { 'a.txt': 'net.ipv4.conf.all.rp_filter = 2\n' };
      for (const files of [
        { ...conf, ...running },
        { ...running, ...conf },
      ]) {
        const { sysctls } = stateOf(files);
        expect(sysctls.get('net.ipv4.conf.all.rp_filter')?.value).toBe('2');
        expect(sysctls.get('net.ipv4.ip_forward')?.value).toBe('1');
      }
    },
  );

  it('win in one pasted file as well', () => {
    const text = '$ sysctl -a\nnet.ipv4.ip_forward = 0\n$ cat /etc/sysctl.conf\nnet.ipv4.ip_forward = 1\n';
    expect(stateOf({ 'pasted.txt': text }).sysctls.get('net.ipv4.ip_forward')?.value).toBe('0');
  });
});

describe('two listings of the rules', () => {
  const told = (other: string) =>
    stateOf({ 'later.txt': `$ ip rule\n${other}` }).problems.filter((one) => one.kind === 'contradiction');

  it('that say the same are no contradiction', () => {
    expect(told(RULES)).toEqual([]);
  });

  it('that disagree are told, with both lines', () => {
    const more = RULES.replace('32766', '100:\tfrom 10.4.0.100 lookup 7\n32766');
    expect(told(more)).toMatchObject([{ what: 'rule 100' }]);
    expect(told(RULES.replace('32766:', '32700:')).map(({ what }) => what)).toEqual([
      'rule 32766',
      'rule 32700',
    ]);
  });
});

describe('an object of JSON that lacks what it is about', () => {
  const neighbours = (text: string) => buildHostState('b', [{ path: 'ip-neigh.json', text }]);

  it('is named, and the others are read: neighbours', () => {
    const good = '{"dst":"10.3.0.1","dev":"eth0","lladdr":"02:00:00:00:00:01","state":["REACHABLE"]}';
    for (const bad of [
      '{"dev":"eth0","state":["FAILED"]}',
      '{"dst":"10.3.0.x","dev":"eth0"}',
      '{"dst":"10.3.0.9"}',
    ]) {
      const state = neighbours(`[${bad},${good}]`);
      expect(state.problems, bad).toMatchObject([{ kind: 'line-not-understood' }]);
      expect(state.neighbours).toMatchObject([{ device: 'eth0', mac: '02:00:00:00:00:01' }]);
    }
  });

  it('a neighbour without a hardware address is one', () => {
    const state = neighbours('[{"dst":"10.3.0.9","dev":"eth0","state":["FAILED"]}]');
    expect(state.problems).toEqual([]);
    expect(state.neighbours).toMatchObject([{ mac: null, device: 'eth0' }]);
  });

  it('routes', () => {
    const good = '{"dst":"default","gateway":"10.3.0.1","dev":"eth0","flags":[]}';
    const state = buildHostState('b', [
      { path: 'ip-route.json', text: `[{"gateway":"10.4.0.1","dev":"eth1","flags":[]},${good}]` },
    ]);
    expect(state.problems).toMatchObject([{ kind: 'line-not-understood' }]);
    expect(state.routes).toMatchObject([{ nextHops: [{ device: 'eth0' }] }]);
  });
});
