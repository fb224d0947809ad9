import { describe, expect, it } from 'vitest';
import { withoutFirewallRule } from '../../../src/linux/changed-state.ts';
import {
  answerTo,
  arrive,
  echo,
  hostWith,
  hostWithTable,
  inputChain,
  leave,
  outcome,
  SYN_ACK,
  tcp,
  udp,
  way,
} from './support.ts';

describe('the walk of chains', () => {
  const packet = tcp(80);

  it('lets pass what nothing drops, and says when no dump tells', () => {
    expect(outcome(arrive(hostWithTable(inputChain('')), packet))).toBe('passes');
    const bare = arrive(hostWith({}), packet);
    expect(bare.outcome.kind).toBe('passes');
    expect(bare.missing).toEqual([{ kind: 'firewall', what: 'nft list ruleset' }]);
    expect(arrive(hostWith({ 'nft.txt': '' }), packet).missing).toEqual([]);
  });

  it('quotes the rule that drops, or the line of the policy', () => {
    const state = hostWithTable(inputChain('tcp dport 80 counter packets 3 bytes 180 drop'));
    const { outcome: dropped } = arrive(state, packet);
    expect(dropped).toMatchObject({
      kind: 'dropped',
      by: { chain: 'inet t in', hook: 'input', isPolicy: false, packets: 3 },
    });
    const policy = arrive(hostWithTable(inputChain('tcp dport 22 accept', 'drop')), packet);
    expect(outcome(policy)).toBe('dropped by: type filter hook input priority filter; policy drop');
    expect(policy.outcome).toMatchObject({ by: { isPolicy: true } });
  });

  it('accept ends its own base chain only, drop is final', () => {
    const second = 'chain later { type filter hook input priority 10; policy accept;\ntcp dport 80 drop\n}';
    expect(outcome(arrive(hostWithTable(`${inputChain('accept')}\n${second}`), packet))).toBe(
      'dropped by: tcp dport 80 drop',
    );
    const first = 'chain early { type filter hook input priority -10; policy accept;\ntcp dport 80 drop\n}';
    expect(outcome(arrive(hostWithTable(`${inputChain('accept')}\n${first}`), packet))).toBe(
      'dropped by: tcp dport 80 drop',
    );
  });

  it('a verdict map ends the rule for what it does not hold; continue goes on within it', () => {
    const judged = (map: string) =>
      outcome(arrive(hostWithTable(inputChain(`tcp dport vmap { ${map} } drop`)), packet));
    expect(judged('22 : accept')).toBe('passes');
    expect(judged('80 : accept')).toBe('passes');
    expect(judged('80 : continue')).toContain('dropped by');
  });

  it('jump comes back, goto does not', () => {
    const chains = (word: string) =>
      `chain sub {\ntcp dport 22 accept\n}\n${inputChain(`${word} sub\ntcp dport 80 drop`)}`;
    expect(outcome(arrive(hostWithTable(chains('jump')), packet))).toBe('dropped by: tcp dport 80 drop');
    expect(outcome(arrive(hostWithTable(chains('goto')), packet))).toBe('passes');
  });

  it('return ends a chain; in a base chain the policy decides', () => {
    const chains = `chain sub {\nreturn\ndrop\n}\n${inputChain('jump sub\nreturn\naccept', 'drop')}`;
    expect(outcome(arrive(hostWithTable(chains), packet))).toContain('dropped by: type filter');
  });

  it('rejects with what the rule says', () => {
    const by = (rule: string) => outcome(arrive(hostWithTable(inputChain(rule)), packet));
    expect(by('reject')).toBe('rejected with icmp port-unreachable by: reject');
    expect(by('reject with tcp reset')).toContain('rejected with tcp reset');
    expect(by('reject with icmp type admin-prohibited')).toContain('rejected with icmp admin-prohibited');
    expect(by('reject with icmpx no-route')).toContain('rejected with icmp net-unreachable');
  });

  it('knows established connections from new ones', () => {
    const rules =
      'ct state established,related accept\nct state invalid drop\ntcp dport 22 ct state new accept';
    const state = hostWithTable(inputChain(rules, 'drop'));
    expect(outcome(arrive(state, tcp(22)))).toBe('passes');
    expect(outcome(arrive(state, packet))).toContain('dropped');
    expect(outcome(arrive(state, tcp(40000, SYN_ACK)))).toBe('dropped by: ct state invalid drop');
    const asked = leave(state, { ...tcp(80), source: packet.destination, destination: packet.source });
    const answer = answerTo(asked.packet);
    expect(outcome(arrive(state, answer, 'eth0', asked.connection))).toBe('passes');
    expect(outcome(arrive(state, echo({ icmp: { type: 0, code: 0 } })))).toBe(
      'dropped by: ct state invalid drop',
    );
  });

  it('takes a doubt for one only where the answer depends on it', () => {
    const limited = hostWithTable(inputChain('tcp dport 80 limit rate 3/minute accept', 'drop'));
    expect(outcome(arrive(limited, packet))).toMatch(
      /^cannot tell: nft.txt:\d+: tcp dport 80 limit rate 3\/minute accept$/,
    );
    expect(outcome(arrive(limited, udp(80)))).toContain('dropped');
    const either = hostWithTable(inputChain('tcp dport 80 limit rate 3/minute accept\naccept', 'drop'));
    expect(outcome(arrive(either, packet))).toBe('passes');
    const logged = hostWithTable(
      inputChain('limit rate 3/minute log prefix "x"\nct helper "ftp" tcp dport 22 drop'),
    );
    expect(outcome(arrive(logged, packet))).toBe('passes');
    const never = hostWithTable(inputChain('limit rate 3/minute counter packets 0 bytes 0 drop'));
    expect(outcome(arrive(never, packet))).toBe('passes');
  });

  it('ends on chains that call each other without end', () => {
    const chains = `chain a {\n${'jump b\n'.repeat(40)}}\nchain b {\n${'jump a\n'.repeat(40)}}\n${inputChain('jump a')}`;
    expect(outcome(arrive(hostWithTable(chains), packet))).toContain('cannot tell');
  });
});

describe("a device's own chains", () => {
  const netdev = (hook: string, device: string, rule: string) =>
    hostWith({
      'nft.txt': `table netdev n {\nchain i {\ntype filter hook ${hook} device "${device}" priority filter; policy accept;\n${rule}\n}\n}\n`,
    });

  it('see what comes in before all others', () => {
    const arrived = (device: string, rule: string) =>
      outcome(arrive(netdev('ingress', device, rule), tcp(80)));
    expect(arrived('eth1', 'ip saddr 10.2.0.0/16 drop')).toBe('dropped by: ip saddr 10.2.0.0/16 drop');
    expect(arrived('eth0', 'ip saddr 10.2.0.0/16 drop')).toBe('passes');
    expect(arrived('eth1', 'ip saddr 10.1.0.0/16 drop')).toBe('passes');
    expect(arrived('eth1', 'fwd to "eth0"')).toBe('cannot tell: nft.txt:4: fwd to "eth0"');
  });

  it('see what goes out after all others', () => {
    const left = (device: string) =>
      outcome(leave(netdev('egress', device, 'tcp sport 80 drop'), answerTo(tcp(80))));
    expect(left('eth0')).toBe('dropped by: tcp sport 80 drop');
    expect(left('eth1')).toBe('passes');
  });
});

describe('a host without one of its rules', () => {
  it('is a copy in which the rule is missing', () => {
    const state = hostWithTable(inputChain('tcp dport 80 drop\ntcp dport 80 reject'));
    const { outcome: dropped } = arrive(state, tcp(80));
    if (dropped.kind !== 'dropped') throw new Error(dropped.kind);
    const changed = withoutFirewallRule(state, dropped.by.span);
    expect(outcome(arrive(changed, tcp(80)))).toContain('rejected');
    expect(outcome(arrive(state, tcp(80)))).toContain('dropped');
  });
});

describe('marks', () => {
  const chains = (type: string) => `
    chain pre { type filter hook prerouting priority mangle; policy accept;
      iifname "eth1" ct mark set 0x1
    }
    chain out { type ${type} hook output priority mangle; policy accept;
      ct mark 0x1 meta mark set ct mark
    }`;
  const request = echo();

  it('of the connection turn the reply round in a route chain', () => {
    const state = hostWithTable(chains('route'));
    const { connection } = arrive(state, request);
    expect(connection).toMatchObject({ state: 'new', mark: 1 });
    const reply = leave(state, answerTo(request), connection);
    expect(way(reply)).toContain('by eth1');
    expect(reply.before).toMatchObject({ kind: 'route', device: 'eth0' });
    expect(reply.changes).toMatchObject([{ what: { kind: 'mark', value: 1 } }]);
  });

  it('in a filter chain are set too late', () => {
    const state = hostWithTable(chains('filter'));
    const reply = leave(state, answerTo(request), arrive(state, request).connection);
    expect(way(reply)).toContain('by eth0');
    expect(reply).toMatchObject({ mark: 1, before: null });
  });

  it('are put together from masks', () => {
    const mark = (rules: string) => arrive(hostWithTable(inputChain(rules)), request).mark;
    expect(mark('meta mark set 0x10\nmeta mark set meta mark | 0x00000001')).toBe(0x11);
    expect(mark('meta mark set 0xff\nmeta mark set meta mark & 0xffffff23 | 0x00000023')).toBe(0x23);
  });
});
