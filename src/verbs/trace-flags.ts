import { Command, Option } from '@commander-js/extra-typings';
import { port, tosByte } from './parse-option.ts';

const MORE = `
A SOURCE is HOST=PATH, or a directory whose sub-directories are hosts, as for analyze; captures are not needed.
--from ServerA:eth1 is a socket bound to the interface (ping -I eth1), ServerA:10.2.0.100 one bound to the
address (ping -I 10.2.0.100), ServerA:10.2.0.100%eth1 one bound to both. An address alone is a host whose state
is not given, unless a host given bears it: then only the other side is known.

Rules, tables, filters and firewalls (nft, iptables) are walked as the kernel does, marks and second lookups
included; --udp is a connected socket, which takes no answer from another address.

Exit codes: 0 the reply comes home, 1 it does not, 2 usage or unreadable input, 3 cannot tell.

Examples:
  wayhome trace captures/ping-asymmetric --from ServerA:eth1 --to 10.4.0.100
  wayhome trace A=a-state/ B=b-state/ --from A:10.2.0.100 --to 10.4.0.100 --tcp 1521 --strict-network`;

export type TraceFlags = ReturnType<ReturnType<typeof traceOptions>['opts']>;

/** The command with its options, without what it does. */
export function traceOptions() {
  return new Command('trace')
    .description('whether a reply will come home, foretold from host states alone')
    .argument('<source...>', 'host states, by host')
    .requiredOption('--from <host>', 'who asks: HOST, HOST:INTERFACE, HOST:ADDRESS or ADDRESS')
    .requiredOption('--to <address>', 'the address asked')
    .addOption(
      new Option('--tcp <port>', 'a TCP connection to this port').argParser(port).conflicts(['icmp', 'udp']),
    )
    .addOption(new Option('--udp <port>', 'a UDP request to this port').argParser(port).conflicts('icmp'))
    .option('--icmp', 'a ping (default)')
    .addOption(
      new Option('--tos <byte>', 'the tos (traffic class) byte of the request, as of ping -Q').argParser(
        tosByte,
      ),
    )
    .option('--strict-network', 'routers drop what comes from the wrong side')
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
    .option('-v, --verbose', 'every step of the lookups')
    .addHelpText('after', MORE);
}
