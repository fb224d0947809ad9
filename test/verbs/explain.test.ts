import { describe, expect, it } from 'vitest';
import { run } from './run.ts';

describe('explain', () => {
  it('tells one kind', async () => {
    const { code, stdout } = await run(['explain', 'rp-filter-strict']);
    expect(code).toBe(0);
    expect(stdout).toContain('What you see\n');
    expect(stdout).toContain('sysctl -w net.ipv4.conf.IFACE.rp_filter=2');
  });

  it('lists all without one', async () => {
    const { code, stdout } = await run(['explain'], { columns: 200 });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}asymmetric-reply +the reply took another interface than the request$/m);
  });

  it('suggests what was meant', async () => {
    const { code, stdout, stderr } = await run(['explain', 'rp-filter-strct']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain("no such kind 'rp-filter-strct'; did you mean rp-filter-strict");
  });

  it('points to the list where nothing is near', async () => {
    expect((await run(['explain', 'zzzzzz'])).stderr).toContain('`wayhome explain` lists all kinds');
  });
});

describe('the command line', () => {
  it('without a verb shows the help and fails', async () => {
    const { code, stdout, stderr } = await run([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: wayhome');
  });

  it('--help and --version are answers, not errors', async () => {
    expect(await run(['--help'])).toMatchObject({ code: 0, stderr: '' });
    expect((await run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect((await run(['analyze', '--help'])).stdout).toContain('--reply-window');
  });
});
