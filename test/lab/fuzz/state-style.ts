import type { Dice } from './dice.ts';

/** How a user saves the state: file name -> command. */
export interface StateStyle {
  readonly files: Readonly<Record<string, string>>;
  /** All of it pasted into one file, each output below its command. */
  readonly pasted: boolean;
}

const SYSCTLS =
  "sysctl -a 2>/dev/null | grep -E '^net.ipv[46].(conf|ip_forward|ip_nonlocal|fib_multipath|route)' | grep -v stable_secret";

/** Each thing as text or as JSON, with `-d` or without, the tables of both families at once or apart. */
export function drawStyle(dice: Dice): StateStyle {
  const how = () => dice.pick(['', '', ' -d', ' -j', ' -j -d']);
  const files: Record<string, string> = {};
  const save = (name: string, command: string) => {
    files[`${name}.${/ -j/.test(command) ? 'json' : 'txt'}`] = command;
  };
  save('ip-addr', `ip${how()} addr`);
  if (dice.chance(30)) save('ip-link', `ip${dice.pick(['', ' -d'])} link`);
  const tables = dice.below(3);
  save(
    tables === 0 ? 'ip4-route-all' : 'ip-route-all',
    `ip${how()}${tables === 0 ? ' -4' : ''} route show table all`,
  );
  if (tables < 2) save('ip6-route-all', `ip${how()} -6 route show table all`);
  save('ip-rule', `ip${how()} rule`);
  save('ip6-rule', `ip${how()} -6 rule`);
  save('ip-neigh', `ip${how()} neigh`);
  save('ip-nexthop', `ip${how()} nexthop`);
  files.rt_tables = 'cat /etc/iproute2/rt_tables';
  files['sysctl.txt'] = SYSCTLS;
  files['uname.txt'] = 'uname -a';
  return { files, pasted: dice.chance(20) };
}
