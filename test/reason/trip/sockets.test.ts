import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseIp } from '../../../src/addr/ip.ts';
import type { SourceFile } from '../../../src/addr/source.ts';
import type { HostState } from '../../../src/linux/host-state.ts';
import { buildHostState } from '../../../src/linux/state/build.ts';
import { readHostSources } from '../../../src/linux/state/read.ts';
import { roundTrip } from '../../../src/reason/trip/round-trip.ts';
import type { TripQuestion } from '../../../src/reason/trip/trip.ts';
import { CASES } from '../../support/cases.ts';

/** A host of the story with policy routing as people write it, its files changed. */
async function host(name: string, change: (file: SourceFile) => string): Promise<HostState> {
  const { sources } = await readHostSources(join(CASES, '10-blog-policy-both', name));
  return buildHostState(
    name,
    sources.map((file) => ({ ...file, text: change(file) })),
  );
}

/** `from 10.2.0.100 iif eth1` becomes `from 10.2.0.100`: the rule as it should be. */
function mended({ text }: SourceFile): string {
  return text.replace(/^(32765:.*) iif eth1/m, '$1');
}

async function question(more: Partial<TripQuestion>, servers?: readonly HostState[]): Promise<TripQuestion> {
  const hosts = servers ?? [await host('ServerA', mended), await host('ServerB', mended)];
  const to = parseIp('10.4.0.100');
  if (!to) throw new Error('no address');
  const plain = {
    device: null,
    address: null,
    protocol: 'icmp',
    port: 0,
    tos: 0,
    strictNetwork: true,
  } as const;
  return { ...plain, from: hosts[0], to, hosts, ...more };
}

async function told(more: Partial<TripQuestion>, servers?: readonly HostState[]): Promise<string> {
  const { verdict, causes, steps } = roundTrip(await question(more, servers));
  const left = steps.find((one) => one.stage === 'request-leaves');
  return [left?.device ?? '-', verdict, ...causes.map((cause) => cause.kind)].join(' ');
}

const ADDRESS = parseIp('10.2.0.100') ?? null;

describe('a rule on the source, and sockets bound in different ways', () => {
  it('does not help a ping bound to the device: it has no source when the rules are read', async () => {
    expect(await told({ device: 'eth1' })).toBe('eth1 fails no-route-on-bound-interface');
  });

  it('helps a ping bound to the address, or to both', async () => {
    expect(await told({ address: ADDRESS })).toBe('eth1 arrives');
    expect(await told({ address: ADDRESS, device: 'eth1' })).toBe('eth1 arrives');
  });

  it('helps a TCP connect bound to the device: it looks up again once its source is chosen', async () => {
    expect(await told({ device: 'eth1', protocol: 'tcp', port: 22 })).not.toContain(
      'no-route-on-bound-interface',
    );
    const { steps } = roundTrip(await question({ device: 'eth1', protocol: 'tcp', port: 22 }));
    expect(steps[0].lookups).toHaveLength(2);
    expect(steps[0].gateway).toEqual(parseIp('10.2.0.1'));
  });

  it('leaves a socket that is bound to nothing on the default route', async () => {
    expect(await told({})).toMatch(/^eth0 /);
  });
});

describe('several ways', () => {
  it('depends, where a multipath route sends some replies by the wrong side', async () => {
    const both =
      'default \n\tnexthop via 10.3.0.1 dev eth0 weight 1\n\tnexthop via 10.4.0.1 dev eth1 weight 1\n';
    const multipath = (file: SourceFile) =>
      file.path.endsWith('ip-route-all.txt')
        ? file.text.replace(/^default via 10\.3\.0\.1 dev eth0 *\n/m, both)
        : file.text.replace(/^32765:.*\n/m, '');
    const servers = [await host('ServerA', mended), await host('ServerB', multipath)];
    expect(await told({ address: ADDRESS }, servers)).toBe('eth1 depends multipath-reply');
  });

  it('follows each source that a multipath route of the originator may give', async () => {
    const both =
      'default \n\tnexthop via 10.1.0.1 dev eth0 weight 1\n\tnexthop via 10.2.0.1 dev eth1 weight 1\n';
    const multipath = (file: SourceFile) =>
      file.path.endsWith('ip-route-all.txt')
        ? file.text.replace(/^default via 10\.1\.0\.1 dev eth0 *\n/m, both)
        : mended(file);
    const refusing = (file: SourceFile) =>
      file.path.endsWith('ip-route-all.txt') ? `unreachable 10.1.0.0/24\n${file.text}` : mended(file);
    const to = { to: parseIp('10.3.0.100') } as Pick<TripQuestion, 'to'>;
    const listening = (file: SourceFile) =>
      file.path.endsWith('ss-ltn.txt') ? `${file.text}LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n` : refusing(file);
    for (const protocol of ['icmp', 'tcp'] as const) {
      const servers = [await host('ServerA', multipath), await host('ServerB', listening)];
      const more = { protocol, port: 22, strictNetwork: false, ...to };
      const { verdict, steps } = roundTrip(await question(more, servers));
      expect([verdict, steps[0].source]).toEqual(['depends', parseIp('10.1.0.100')]);
    }
  });

  it('depends, where one next hop of several is known to be silent', async () => {
    const both =
      'default \n\tnexthop via 10.3.0.1 dev eth0 weight 1\n\tnexthop via 10.3.0.9 dev eth0 weight 1\n';
    const silent = (file: SourceFile) => {
      if (file.path.endsWith('ip-neigh.txt')) return `${file.text}10.3.0.9 dev eth0 FAILED\n`;
      return file.path.endsWith('ip-route-all.txt')
        ? file.text.replace(/^default via 10\.3\.0\.1 dev eth0 *\n/m, both)
        : mended(file);
    };
    const servers = [await host('ServerA', mended), await host('ServerB', silent)];
    const to = { to: parseIp('10.3.0.100') } as Pick<TripQuestion, 'to'>;
    expect(await told({ ...to, address: parseIp('10.1.0.100') ?? null }, servers)).toBe(
      'eth0 depends next-hop-unresolved',
    );
  });

  it('lets a rule on the source count for no ping that has none', async () => {
    const drops =
      'table ip f {\n\tchain o {\n\t\ttype filter hook output priority filter; policy accept;\n\t\toifname "eth1" drop\n\t}\n}\n';
    const blocked = (file: SourceFile) => {
      if (file.path.endsWith('nft.json')) return '{"nftables": []}';
      return file.path.endsWith('nft.txt')
        ? drops
        : mended(file).replace(/^(32765:.*)10\.2\.0\.100/m, (_, start) => `${start}10.1.0.100`);
    };
    const servers = [await host('ServerA', blocked), await host('ServerB', mended)];
    expect(await told({}, servers)).toMatch(/^eth0 /);
    expect(await told({}, servers)).not.toContain('firewall');
  });

  it('cannot tell where two of the hosts given bear the address', async () => {
    const servers = [
      await host('ServerA', mended),
      await host('ServerB', mended),
      await host('ServerB', mended),
    ];
    expect(await told({ address: ADDRESS }, servers)).toBe('eth1 cannot-tell');
  });

  it('needs no network to reach an address of its own', async () => {
    expect(await told({ to: ADDRESS ?? undefined } as Partial<TripQuestion>)).toBe('- arrives');
  });
});

describe('a network mask that is too wide', () => {
  it('makes the host ask for the peer on its own link', async () => {
    const wide = ({ text }: SourceFile) =>
      text.replaceAll('10.1.0.100/24', '10.1.0.100/8').replace(/^10\.1\.0\.0\/24/m, '10.0.0.0/8');
    const servers = [await host('ServerA', wide), await host('ServerB', mended)];
    expect(await told({}, servers)).toBe('eth0 fails netmask-too-wide');
  });
});

describe('a host that keeps silent when it is asked for', () => {
  const set = (name: string, value: number) => (file: SourceFile) =>
    file.path.endsWith('sysctl.txt')
      ? file.text.replace(new RegExp(`^net.ipv4.conf.eth1.${name} = .*`, 'm'), '') +
        `net.ipv4.conf.eth1.${name} = ${value}\n`
      : mended(file);

  it('gets nothing from its last router', async () => {
    const servers = [await host('ServerA', mended), await host('ServerB', set('arp_ignore', 8))];
    expect(await told({ address: ADDRESS }, servers)).toBe('eth1 fails next-hop-unresolved');
    const { steps } = roundTrip(await question({ address: ADDRESS }, servers));
    expect(steps.at(-1)).toMatchObject({
      stage: 'request-crosses',
      delivery: 'unanswered',
      outcome: 'stops',
    });
  });

  it('is reached where the settings let it answer', async () => {
    const servers = [await host('ServerA', mended), await host('ServerB', set('arp_ignore', 1))];
    expect(await told({ address: ADDRESS }, servers)).toBe('eth1 arrives');
  });
});
