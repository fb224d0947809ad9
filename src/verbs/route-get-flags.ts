import { Command, Option } from '@commander-js/extra-typings';

const MORE = `
The address may be followed by the words of \`ip route get\`: 10.2.0.100 from 10.4.0.100 iif eth1. A batch is
one lookup a line in these words (-6 first for IPv6); one JSON object a line answers each, in order.

Exit codes: 0 a route is found, 1 none is, 2 usage or unreadable input, 3 cannot tell, or only by what every
Linux has where a file is missing that could change it.
Of a batch: 0 every line is answered, 2 a line was not understood, 3 some cannot be told.

Examples:
  wayhome route get 10.2.0.100 --from 10.4.0.100 --host ServerB/
  wayhome route get --batch lookups.txt --host ServerB/`;

export type RouteGetFlags = ReturnType<ReturnType<typeof routeGetOptions>['opts']>;

/** The command with its options, without what it does. */
export function routeGetOptions() {
  return new Command('get')
    .description('which way a packet goes by a saved state, as `ip route get` says it, and why')
    .argument('[address...]', 'the destination')
    .requiredOption('--host <path>', 'file or directory with the state of the host (repeatable)', append)
    .option('--from <address>', 'source address of the packet')
    .option('--iif <interface>', 'it came in by this interface (default: the host itself sends it)')
    .option('--oif <interface>', 'its socket is bound to this interface')
    .option('--mark <mark>', 'its fwmark, decimal or 0x...')
    .option('--tos <tos>', 'its tos byte, hexadecimal as iproute2 reads it, or a name')
    .option('--ipproto <protocol>', 'icmp, tcp, udp, ipv6-icmp or a number')
    .option('--sport <port>', 'its source port')
    .option('--dport <port>', 'its destination port')
    .option('--uid <uid>', 'the user who sends it')
    .option('-6, --ipv6', 'the destination is an IPv6 address')
    .option('--batch <file>', 'one lookup a line from this file, - for standard input')
    .addOption(
      new Option('--format <format>', 'what the answer is written as')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .addOption(
      new Option('--color <when>', 'colour the answer')
        .choices(['auto', 'always', 'never'] as const)
        .default('auto' as const),
    )
    .option('-q, --quiet', 'no warnings about lines that were not understood')
    .option('-v, --verbose', 'every step of the lookup')
    .addHelpText('after', MORE);
}

function append(path: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), path];
}
