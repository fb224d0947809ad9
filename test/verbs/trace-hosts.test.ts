import { appendFileSync, cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CASES, scratch } from '../support/cases.ts';
import { run } from './run.ts';

const RIGHT = join(CASES, '08-static-routes-both');
const CROOKED = join(CASES, '01c-second-default-metric200');

/** Two hosts with some files of the second changed; null takes a file away. */
function changed(from: string, files: Readonly<Record<string, string | null>>): string {
  const folder = join(scratch(), 'hosts');
  cpSync(from, folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'ServerB', name);
    if (text === null) rmSync(path);
    else writeFileSync(path, text);
  }
  return folder;
}

const UNDUMPED = { 'nft.txt': null, 'iptables-save.txt': null };
const PING = ['--from', 'ServerA:eth1', '--to', '10.4.0.100'];

async function trace(folder: string, ...args: string[]) {
  const { code, stdout } = await run(['trace', folder, ...args, '--color', 'never'], { columns: 200 });
  return { code, stdout };
}

const MARKS = `table ip mangle {
	chain prerouting {
		type filter hook prerouting priority mangle; policy accept;
		iifname "eth1" ct state new ct mark set 0x2
	}
	chain output {
		type route hook output priority mangle; policy accept;
		ct mark 0x2 meta mark set ct mark
	}
}
`;
const RULES =
  '0:	from all lookup local\n100:	from all fwmark 0x2 lookup 100\n32766:	from all lookup main\n';

const TABLE = 'default via 10.4.0.1 dev eth1 table 100\n';

describe('the firewalls on the way', () => {
  it('are walked: the rule that marks is quoted, and the second lookup told', async () => {
    const folder = changed(CROOKED, { 'nft.txt': MARKS, 'ip-rule.txt': RULES });
    appendFileSync(join(folder, 'ServerB', 'ip-route-all.txt'), TABLE);
    const { stdout } = await trace(folder, ...PING);
    expect(stdout).toContain('iifname "eth1" ct state new ct mark set 0x2');
    expect(stdout).toContain('sets the mark 0x2 on the connection');
    expect(stdout).toContain('sets the mark 0x2\n');
    expect(stdout).toMatch(/= mark: with the mark 0x2 it is looked up again: eth1 instead of eth0/);
    expect(stdout).not.toContain('firewall dump');
  });

  it('are quoted where a rule lets the packet pass, and in JSON with hook and chain', async () => {
    const rules =
      'table inet f {\n\tchain in {\n\t\ttype filter hook input priority 0; policy drop;\n\t\tip protocol icmp accept\n\t}\n}\n';
    const folder = changed(RIGHT, { 'nft.txt': rules });
    expect((await trace(folder, ...PING)).stdout).toContain('lets it pass (chain inet f in)');
    const { steps } = JSON.parse((await trace(folder, ...PING, '--format', 'json')).stdout);
    const step = steps.find((one: { stage: string }) => one.stage === 'request-comes-in');
    expect(step.firewall).toMatchObject({ outcome: 'passes', mark: 0, lookedUpAgain: false });
    expect(step.firewall.accepts).toMatchObject([{ chain: 'inet f in', hook: 'input', line: 4 }]);
    expect((await trace(folder, ...PING, '--tcp', '1521')).code).toBe(1);
  });

  it('are said to be missing where a host gave no dump', async () => {
    const { code, stdout } = await trace(changed(RIGHT, UNDUMPED), ...PING);
    expect(code).toBe(0);
    expect(stdout).toContain(
      '= assumed: no firewall dump of ServerB was given: it is taken to let everything',
    );
    expect(stdout).not.toContain('no firewall dump of ServerA');
  });
});

describe('rules that no file lists', () => {
  const UNRULED = { 'ip-rule.txt': null, 'ip6-rule.txt': null };

  it('leave it open whether the reply comes home', async () => {
    const { code, stdout } = await trace(changed(RIGHT, UNRULED), ...PING);
    expect(code).toBe(3);
    expect(stdout).toContain('= missing: ip rule (of ServerB) would settle it\n');
    expect(stdout).toContain('verdict: it cannot be told from these files whether it works.\n');
  });

  it('leave it open where it is lost by those that every Linux has, and no cause is certain', async () => {
    const folder = changed(CROOKED, UNRULED);
    expect(await trace(CROOKED, ...PING, '--strict-network')).toMatchObject({ code: 1 });
    const { code, stdout } = await trace(folder, ...PING, '--strict-network');
    expect(code).toBe(3);
    expect(stdout).toContain('likely cause[default-route-only]');
    expect(stdout).toContain('= missing: ip rule (of ServerB) would settle it\n');
    expect(stdout).toContain('whether it works; by what is given it does not: the network drops it');
  });

  it('keep the reverse-path filter from being blamed for certain', async () => {
    const folder = changed(join(CASES, '02-b-strict-rp-filter'), UNRULED);
    const { code, stdout } = await trace(folder, ...PING);
    expect(code).toBe(3);
    expect(stdout).toContain('likely cause[rp-filter-strict]');
    expect(stdout).toContain('= missing: ip rule of ServerB\n');
  });
});

describe('a UDP request', () => {
  const HEADER = 'State Recv-Q Send-Q Local Address:Port Peer Address:Port\n';
  const UDP = ['--from', 'ServerA:10.2.0.100', '--to', '10.4.0.100', '--udp', '53'];
  const listening = (local: string) => ({ 'ss-lun.txt': `${HEADER}UNCONN 0 0 ${local} 0.0.0.0:*\n` });

  it('is answered from the address of the route where the socket is bound to any', async () => {
    const { code, stdout } = await trace(changed(CROOKED, listening('0.0.0.0:53')), ...UDP);
    expect(code).toBe(1);
    expect(stdout).toContain('ServerB sends the answer by eth0 via 10.3.0.1, from 10.3.0.100');
    expect(stdout).toContain('likely cause[reply-source-by-program]');
  });

  it('is answered from the address asked where the socket is bound to it, or the route prefers it', async () => {
    expect((await trace(changed(CROOKED, listening('10.4.0.100:53')), ...UDP)).code).toBe(0);
    expect((await trace(changed(RIGHT, listening('0.0.0.0:53')), ...UDP)).code).toBe(0);
  });

  it('is refused where nobody listens, or on another address', async () => {
    const closed = await trace(changed(RIGHT, listening('0.0.0.0:54')), ...UDP);
    expect(closed.code).toBe(1);
    expect(closed.stdout).toContain('4. ServerB refuses: it answers "port unreachable"\n');
    expect(closed.stdout).toContain('cause[port-closed]: nobody listens on 10.4.0.100 UDP port 53');
    const other = await trace(changed(RIGHT, listening('10.3.0.100:53')), ...UDP);
    expect(other.stdout).toContain('cause[listener-on-other-address]');
  });

  it('cannot be told where the binding is not known and would matter', async () => {
    const { code, stdout } = await trace(CROOKED, ...UDP);
    expect(code).toBe(3);
    expect(stdout).toContain('= missing: ss -lun (of ServerB) would settle it');
    const settled = await trace(RIGHT, ...UDP);
    expect(settled.code).toBe(0);
    expect(settled.stdout).toContain('a program of ServerB is taken to listen there; ss -lun would tell');
  });
});

describe('one side alone', () => {
  it('tells what the originator does, and whether it would let the reply in', async () => {
    const { code, stdout } = await run([
      'trace',
      `A=${RIGHT}/ServerA`,
      '--from',
      'A:eth1',
      '--to',
      '10.4.0.100',
    ]);
    expect(code).toBe(3);
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'only this side is known, A sends the request and would let',
    );
    const strict = join(CASES, '05-a-strict-rp-filter', 'ServerA');
    const drops = await run(['trace', `A=${strict}`, '--from', 'A:eth1', '--to', '10.4.0.100']);
    expect(drops.code).toBe(1);
    expect(drops.stdout).toContain('cause[rp-filter-strict]');
  });

  it('tells what the responder does, asked by an address of nobody given', async () => {
    const { code, stdout } = await run([
      'trace',
      `B=${RIGHT}/ServerB`,
      '--from',
      '10.2.0.100',
      '--to',
      '10.4.0.100',
    ]);
    expect(code).toBe(3);
    expect(stdout).toContain('from 10.2.0.100, a host whose state was not given, to 10.4.0.100');
    expect(stdout.replace(/\s+/g, ' ')).toContain(
      'only this side is known, B lets the request in and answers',
    );
    expect(stdout).toContain('= missing: ip addr of the host that asks would settle it');
    const strict = join(CASES, '02-b-strict-rp-filter', 'ServerB');
    const drops = await run(['trace', `B=${strict}`, '--from', '10.2.0.100', '--to', '10.4.0.100']);
    expect(drops.code).toBe(1);
  });

  it('takes an address that a host bears for that host, and refuses two strangers', async () => {
    expect((await trace(RIGHT, '--from', '10.2.0.100', '--to', '10.4.0.100')).stdout).toContain(
      'from ServerA',
    );
    const { code, stderr } = await run(['trace', RIGHT, '--from', '192.0.2.1', '--to', '192.0.2.2']);
    expect(code).toBe(2);
    expect(stderr).toContain('no host given bears 192.0.2.1 or 192.0.2.2');
  });
});

describe('the byte of service', () => {
  it('decides where a rule asks for it', async () => {
    const rules =
      '0:	from all lookup local\n99:	from all tos 0x10 blackhole\n32766:	from all lookup main\n';
    const folder = changed(RIGHT, { 'ip-rule.txt': rules });
    expect((await trace(folder, ...PING)).code).toBe(0);
    const { code, stdout } = await trace(folder, ...PING, '--tos', '0x10');
    expect(code).toBe(1);
    expect(stdout).toContain('a ping with tos 0x10 from ServerA');
    expect((await trace(folder, ...PING, '--tos', '300')).code).toBe(2);
  });
});

describe('proxy ARP', () => {
  it('leads on where the neighbour table has an answer for the address itself', async () => {
    const folder = changed(join(CASES, '01a-bound-iface-no-route'), {});
    expect((await trace(folder, ...PING)).code).toBe(1);
    writeFileSync(
      join(folder, 'ServerA', 'ip-neigh.txt'),
      '10.4.0.100 dev eth1 lladdr 02:00:00:00:02:01 REACHABLE\n',
    );
    const { code, stdout } = await trace(folder, ...PING);
    expect(code).toBe(0);
    expect(stdout).toContain(
      '2. somebody on the link answers for 10.4.0.100, and is taken to deliver it to ServerB',
    );
  });
});
