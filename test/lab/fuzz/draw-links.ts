import type { World } from './world.ts';

/** Names as kernels, udev and administrators give them; one that sysctl writes with a slash. */
const NAMES = ['eth0', 'eth1', 'ens192', 'enp3s0f1', 'bond0', 'eth0.100', 'wg0', 'p1p1'] as const;

/** Two to five devices, most of them one end of a veth; some down, some without carrier. Shell lines. */
export function drawLinks(world: World): string[] {
  const { dice, devices } = world;
  const names = [...NAMES].sort(() => dice.below(3) - 1).slice(0, dice.between(2, 5));
  devices.push(...names);
  return names.flatMap((name) => drawLink(world, name));
}

function drawLink({ dice }: World, name: string): string[] {
  const kind = dice.below(12);
  const made =
    kind === 0
      ? `ip link add ${name} type bridge`
      : kind === 1
        ? `ip link add ${name} type ifb`
        : `ip link add ${name} type veth peer name ${name} netns $FAR`;
  const group = dice.chance(20) ? [`ip link set ${name} group ${dice.pick([1, 7])}`] : [];
  const up = dice.chance(92) ? [`ip link set ${name} up`] : [];
  const carrier = kind > 1 && dice.chance(92) ? [`ip -n $FAR link set ${name} up`] : [];
  return [made, ...group, ...up, ...carrier];
}

/** Carrier that goes or comes, a device that goes down, when the routes already stand. */
export function drawLateLinks({ dice, devices }: World): string[] {
  const lines: string[] = [];
  if (dice.chance(20)) lines.push(`ip -n $FAR link set ${dice.pick(devices)} down`);
  if (dice.chance(8)) lines.push(`ip link set ${dice.pick(devices)} down`);
  if (dice.chance(5)) lines.push(`ip link set ${dice.pick(devices)} up`);
  return lines;
}
