import type { World } from './world.ts';

/** Settings of the whole host, with the values that are tried; those of `conf.DEVICE` follow. */
const WHOLE: readonly (readonly [string, readonly number[]])[] = [
  ['net.ipv4.ip_forward', [0, 1, 1]],
  ['net.ipv6.conf.all.forwarding', [0, 1]],
  ['net.ipv4.fib_multipath_hash_policy', [0, 1]],
  ['net.ipv4.conf.all.rp_filter', [0, 0, 0, 1, 2]],
  ['net.ipv4.conf.all.src_valid_mark', [0, 1]],
  ['net.ipv4.conf.all.accept_local', [0, 0, 0, 1]],
  ['net.ipv4.conf.all.route_localnet', [0, 0, 0, 1]],
  ['net.ipv4.conf.all.ignore_routes_with_linkdown', [0, 0, 1]],
  ['net.ipv4.conf.all.send_redirects', [0, 1]],
];

const OF_DEVICE: readonly (readonly [string, readonly number[], percent: number])[] = [
  ['net.ipv4.conf.DEVICE.rp_filter', [0, 1, 2], 40],
  ['net.ipv4.conf.DEVICE.forwarding', [0, 1], 12],
  ['net.ipv4.conf.DEVICE.accept_local', [0, 1], 12],
  ['net.ipv4.conf.DEVICE.src_valid_mark', [0, 1], 12],
  ['net.ipv4.conf.DEVICE.route_localnet', [0, 1], 10],
  ['net.ipv4.conf.DEVICE.ignore_routes_with_linkdown', [0, 1], 20],
  ['net.ipv4.conf.DEVICE.send_redirects', [0, 1], 15],
  ['net.ipv4.conf.DEVICE.bc_forwarding', [0, 1], 6],
  ['net.ipv6.conf.DEVICE.ignore_routes_with_linkdown', [0, 1], 20],
  ['net.ipv6.conf.DEVICE.forwarding', [0, 1], 10],
  ['net.ipv6.conf.DEVICE.use_oif_addrs_only', [1], 6],
];

/** `sysctl` lines. Addresses need no waiting for duplicates: a state is saved at once. */
export const NO_DAD = ['all', 'default'].map((one) => `sysctl -qw net.ipv6.conf.${one}.accept_dad=0`);

export function drawSettings({ dice, devices }: World): string[] {
  const whole = WHOLE.filter(() => dice.chance(50)).map(([key, values]) => line(key, dice.pick(values)));
  const own = [...devices, 'lo'].flatMap((device) =>
    OF_DEVICE.filter(([, , percent]) => dice.chance(percent)).map(([key, values]) =>
      line(key.replace('DEVICE', device.replaceAll('.', '/')), dice.pick(values)),
    ),
  );
  return [...whole, ...own];
}

function line(key: string, value: number): string {
  return `sysctl -qw ${key}=${value}`;
}
