import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CASES } from '../support/cases.ts';
import { run } from './run.ts';

const STRICT = join(CASES, '05-a-strict-rp-filter');
const RIGHT = join(CASES, '08-static-routes-both');
const STORY = join(CASES, '01a-bound-iface-no-route');

function trace(folder: string, ...args: string[]) {
  return run(['trace', folder, ...args]);
}

describe('trace', () => {
  it('follows the packet home, step by step', async () => {
    const { code, stdout, stderr } = await trace(RIGHT, '--from', 'ServerA:eth1', '--to', '10.4.0.100');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('trace: a ping from ServerA, bound to eth1, to 10.4.0.100\n');
    expect(stdout).toContain('1. ServerA sends the request by eth1 via 10.2.0.1, from 10.2.0.100\n');
    expect(stdout).toContain('2. the network is taken to deliver it to ServerB, on eth1\n');
    expect(stdout).toContain('3. ServerB takes the request in at eth1: its strict filter finds the way back');
    expect(stdout).toContain('5. ServerB sends the reply by eth1 via 10.4.0.1, from 10.4.0.100\n');
    expect(stdout).toContain('verdict: it works: the reply comes home.\n');
  });

  it('stops where the packet stops, with the cause and its lines', async () => {
    const { code, stdout } = await trace(STRICT, '--from', 'ServerA:eth1', '--to', '10.4.0.100');
    expect(code).toBe(1);
    expect(stdout).toContain('7. ServerA drops the reply at eth1\n');
    expect(stdout).toContain('cause[rp-filter-strict]: the strict reverse-path filter of ServerA drops');
    expect(stdout).toContain('verdict: it does not work: ServerA drops the reply at eth1.\n');
  });

  it('knows that a socket bound to a device without a route asks for the target itself', async () => {
    const { code, stdout } = await trace(STORY, '--from', 'ServerA:eth1', '--to', '10.4.0.100');
    expect(code).toBe(1);
    expect(stdout).toContain('1. ServerA takes 10.4.0.100 for a neighbour on eth1');
    expect(stdout).toContain('cause[no-route-on-bound-interface]');
  });

  it("takes a host's name for what it is, though it could begin an address", async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wayhome-trace-'));
    const addresses = '2: eth1: <BROADCAST,UP,LOWER_UP> mtu 1500\n    inet6 fd00:2::100/64 scope global\n';
    writeFileSync(join(folder, 'ip-addr.txt'), addresses);
    writeFileSync(join(folder, 'ip-6-route.txt'), 'default via fd00:2::1 dev eth1 metric 1024\n');
    const args = ['trace', `db=${folder}`, '--from', 'db:fd00:2::100', '--to', 'fd00:4::100'];
    const { stdout } = await run(args);
    rmSync(folder, { recursive: true });
    expect(stdout).toMatch(/^trace: a ping from db\b/);
    expect(stdout).not.toContain('whose state was not given');
  });

  it('with --strict-network, the network drops what comes from the wrong side', async () => {
    const folder = join(CASES, '01c-second-default-metric200');
    const args = ['--from', 'ServerA:eth1', '--to', '10.4.0.100'];
    expect(await trace(folder, ...args)).toMatchObject({ code: 0 });
    const { code, stdout } = await trace(folder, ...args, '--strict-network');
    expect(code).toBe(1);
    expect(stdout).toContain('cause[default-route-only]: only the default route of ServerB matches');
  });

  it('tells a port where nobody listens', async () => {
    const { code, stdout } = await trace(RIGHT, '--from', 'ServerA', '--to', '10.4.0.100', '--tcp', '99');
    expect(code).toBe(1);
    expect(stdout).toContain('ServerB refuses: it answers with a RST from 10.4.0.100\n');
    expect(stdout).toContain('cause[port-closed]');
  });

  it('cannot tell without the host that bears the address, and says so', async () => {
    const { code, stdout } = await run(['trace', `A=${RIGHT}/ServerA`, '--from', 'A', '--to', '10.4.0.100']);
    expect(code).toBe(3);
    expect(stdout).toContain('= missing: ip addr of the host asked would settle it');
  });

  it('gives the same as JSON', async () => {
    const args = ['--from', 'ServerA:10.2.0.100%eth1', '--to', '10.4.0.100', '--format', 'json'];
    const json = JSON.parse((await trace(STRICT, ...args)).stdout);
    expect(json).toMatchObject({
      schema: 'wayhome.trace/1',
      probe: { from: 'ServerA', device: 'eth1', address: '10.2.0.100', to: '10.4.0.100', protocol: 'icmp' },
      verdict: 'fails',
    });
    expect(
      json.steps.map((one: { stage: string; outcome: string }) => `${one.stage} ${one.outcome}`),
    ).toEqual([
      'request-leaves passes',
      'request-crosses passes',
      'request-comes-in passes',
      'answered passes',
      'reply-leaves passes',
      'reply-crosses passes',
      'reply-comes-in stops',
    ]);
    expect(json.causes.map((one: { kind: string }) => one.kind)).toEqual(['rp-filter-strict']);
  });

  it.each([
    [['--from', 'ServerC', '--to', '10.4.0.100'], '--from names ServerC, but the hosts are ServerA, ServerB'],
    [['--from', 'ServerA:eth9', '--to', '10.4.0.100'], 'ServerA has no interface eth9; it has '],
    [['--from', 'ServerA:10.9.9.9', '--to', '10.4.0.100'], 'ServerA has no address 10.9.9.9; it has '],
    [['--from', 'ServerA:10.2.0.100', '--to', 'fd00::1'], 'are not of one family'],
    [['--from', 'ServerA', '--to', 'ServerB'], '--to ServerB: expected an IPv4 or IPv6 address'],
    [['--from', 'ServerA'], "required option '--to <address>' not specified"],
    [
      ['--from', 'ServerA', '--to', '224.0.0.1'],
      '--to 224.0.0.1 is a multicast address: a trace follows unicast',
    ],
    [['--from', 'ServerA:eth1', '--to', 'ff02::1'], 'ff02::1 is a multicast address: '],
    [['--from', 'ServerA', '--to', '255.255.255.255'], '255.255.255.255 is a broadcast address: '],
    [['--from', 'ServerA', '--to', '10.2.0.255'], '10.2.0.255 is a broadcast address: '],
    [['--from', 'ServerA', '--to', '10.4.0.255'], '10.4.0.255 is a broadcast address: '],
  ])('%o gets one line', async (args, message) => {
    const { code, stdout, stderr } = await trace(RIGHT, ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});
