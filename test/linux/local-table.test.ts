import { describe, expect, it } from 'vitest';
import { ADDR, CONNECTED, CONNECTED6, get, host6With, hostOf, hostWith } from './support/host.ts';

/** A host of which only the main table was listed: what is local follows from the addresses. */
const STORY = 'default via 10.3.0.1 dev eth0';

const derived = (addr = ADDR, routes = STORY) =>
  hostOf({
    addr,
    routes: `${CONNECTED}\n  ${routes}`,
    rules: '0: from all lookup local\n32766: from all lookup main\n32767: from all lookup default',
  });
const derived6 = (addr = ADDR) =>
  hostOf({ addr, routes6: CONNECTED6, rules6: '0: from all lookup local\n32766: from all lookup main' });

describe('as the listed table says', () => {
  it.each([
    '10.3.0.100',
    '10.4.0.100',
    '10.4.0.255',
    '10.3.0.255',
    '127.0.0.1',
    '127.8.8.8',
    '10.4.0.9',
    '10.2.0.100',
    '10.2.0.100 from 10.4.0.100',
    '10.2.0.100 from 127.0.0.1',
    '10.2.0.100 from 10.4.0.255',
  ])('%s', (query) => {
    expect(get(derived(), query)).toBe(get(hostWith(STORY), query));
  });

  it.each(['fd00:3::100', 'fd00:4::100', 'ff02::1 oif eth1', 'fd00:4::9', '2001:db8::1', '::1'])(
    '-6 %s',
    (query) => {
      expect(get(derived6(), `-6 ${query}`)).toBe(get(host6With(''), `-6 ${query}`));
    },
  );
});

describe('what the kernel makes of an address', () => {
  const withAddress = (line: string, flags = 'BROADCAST,MULTICAST,UP,LOWER_UP') =>
    derived(`${ADDR}\n  4: eth2: <${flags}> mtu 1500\n      ${line}`);
  const typeOf = (line: string, query: string, flags?: string) =>
    get(withAddress(line, flags), query).split(' ')[0];

  it.each<[string, string, string, string]>([
    ['an address is local', 'inet 10.5.0.7/24 scope global eth2', '10.5.0.7', 'local'],
    [
      'the last of its network is the broadcast',
      'inet 10.5.0.7/24 scope global eth2',
      '10.5.0.255',
      'broadcast',
    ],
    ['of a /30, too', 'inet 10.5.0.5/30 scope global eth2', '10.5.0.7', 'broadcast'],
    ['a /31 has none', 'inet 10.5.0.6/31 scope global eth2', '10.5.0.7', 'via'],
    ['a /32 has none', 'inet 10.5.0.6/32 scope global eth2', '10.5.0.6', 'local'],
    [
      'a secondary address brings no broadcast',
      'inet 10.5.0.7/24 scope global secondary eth2',
      '10.5.0.255',
      'via',
    ],
    ['but is local', 'inet 10.5.0.7/24 scope global secondary eth2', '10.5.0.7', 'local'],
    ['nor does one with a peer', 'inet 10.5.0.7 peer 10.6.0.1/24 scope global eth2', '10.6.0.255', 'via'],
    ['the network itself is not local', 'inet 10.5.0.7/24 scope global eth2', '10.5.0.8', 'via'],
  ])('%s', (_, line, query, type) => {
    expect(typeOf(line, query)).toBe(type);
  });

  it('a whole network is local on a loopback device only', () => {
    expect(typeOf('inet 10.5.0.7/24 scope global eth2', '10.5.0.8', 'LOOPBACK,UP,LOWER_UP')).toBe('local');
  });

  it('nothing while the device is down', () => {
    expect(typeOf('inet 10.5.0.7/24 scope global eth2', '10.5.0.7', 'BROADCAST,MULTICAST')).toBe('via');
  });
});

it('a device of which no link was listed counts as up, and `lo` as the loopback device', () => {
  const bare = 'inet 10.5.0.7/24 scope global eth2';
  const state = derived(`${ADDR}\n  4: eth2:\n      ${bare}`);
  expect(get(state, '10.5.0.7')).toMatch(/^local /);
});
