import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CASES } from '../support/cases.ts';
import { run } from './run.ts';

const BLOG = join(CASES, '10-blog-policy-both', 'ServerB');
const LACKING = join(CASES, '12b-rule-right-no-default', 'ServerB');

function table(host: string, ...args: string[]) {
  return run(['route', 'table', '--host', host, ...args]);
}

describe('route table', () => {
  it('shows rules in their order, with what never matches marked', async () => {
    const { code, stdout, stderr } = await table(BLOG);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`IPv4 rules of ServerB, in the order in which they are tried
  0: from all lookup local
  32765: from 10.4.0.100 iif eth1 lookup eth1  1 route   ! never matches what the host sends
  32766: from all lookup main                  3 routes
  32767: from all lookup default               empty
`);
    expect(stdout).toContain('IPv4 table eth1, looked up by rule 32765\n  default via 10.4.0.1 dev eth1');
  });

  it('shows the filter of each interface with both settings', async () => {
    const { stdout } = await table(join(CASES, '02-b-strict-rp-filter', 'ServerB'));
    expect(stdout).toMatch(
      / {2}eth1 {2}strict \(1\) {2}all: 1 \(\S+sysctl\.txt:11\) +eth1: 1 \(\S+sysctl\.txt:50\)\n/,
    );
  });

  it('explains each mark below, with its line', async () => {
    const { stdout } = await table(BLOG);
    expect(stdout).toContain('warning[rule-for-input-only]: rule 32765 never matches what ServerB itself');
    expect(stdout).toMatch(/\^ names an incoming interface\n/);
  });

  it('says when there is nothing to say', async () => {
    expect((await table(LACKING)).stdout).toContain('nothing in these tables is out of reach or empty\n');
  });

  it('gives the same as JSON', async () => {
    const json = JSON.parse((await table(BLOG, '--format', 'json')).stdout);
    expect(json).toMatchObject({ schema: 'wayhome.tables/1', host: 'ServerB' });
    expect(json.families[0].rules[1]).toEqual({
      preference: 32765,
      text: '32765: from 10.4.0.100 iif eth1 lookup eth1',
      action: 'lookup',
      table: 'eth1',
      file: join(BLOG, 'ip-rule.txt'),
      line: 2,
      lint: ['rule-for-input-only'],
    });
    expect(json.lint.map((one: { kind: string }) => one.kind)).toEqual(['rule-for-input-only']);
    expect(json.reversePathFilter[0]).toMatchObject({ interface: 'eth0', mode: 0, all: { value: '0' } });
  });
});
