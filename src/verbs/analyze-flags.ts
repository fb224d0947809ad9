import { Command, Option } from '@commander-js/extra-typings';
import * as parse from './parse-option.ts';

export const FORMATS = ['text', 'short', 'json'] as const;

const SOURCES = `
A SOURCE is HOST=PATH, HOST/INTERFACE=PATH (a capture taken on that one interface), HOST=- (standard
input), PATH (a host named after the file), or a directory whose sub-directories are hosts. A PATH is a
capture, a host-state file or a directory of those; which it is comes from its content.

Examples:
  wayhome analyze captures/ping-asymmetric
  wayhome analyze ServerA=a.pcap ServerA=a-state/ ServerB=b.pcap ServerB=b-state/
  ssh ServerB tcpdump -i any -U -w - icmp | wayhome analyze ServerA=a.pcap ServerB=-

While standard input is read, the first Ctrl-C ends the capture, and the report tells what came until then
(exit code 130); a second one ends at once.`;

export type AnalyzeFlags = ReturnType<ReturnType<typeof analyzeOptions>['opts']>;

/** The command with its options, without what it does. */
export function analyzeOptions() {
  return new Command('analyze')
    .description('say why replies did not come home, from captures and host states')
    .argument('<source...>', 'captures and host states, by host')
    .addOption(
      new Option('--format <format>', 'what the report is written as').choices(FORMATS).default('text'),
    )
    .option('-o, --output <file>', 'write the report to a file (-: standard output)')
    .option('--reply-window <seconds>', 'how long a reply is waited for (default: 5)', parse.replyWindow)
    .option(
      '--open-limit <number>',
      'exchanges waited for at a time; beyond, the oldest leave (default: 65536)',
      parse.openLimit,
    )
    .option(
      '--clock <how>',
      'auto, none, or HOST=SECONDS the clock of HOST is ahead (repeatable)',
      parse.clock,
    )
    .option('--protocol <names>', 'icmp, tcp, udp, with commas (default: icmp,tcp)', parse.protocols)
    .option('--between <nets>', 'only exchanges with, or between two, addresses or networks', parse.between)
    .option('--port <number>', 'only TCP and UDP exchanges of this port', parse.port)
    .option('--since <time>', 'from this time on, such as 2026-11-23T14:07:02Z')
    .option('--until <time>', 'up to this time')
    .option('--local-time', 'times in local time instead of UTC (text only)')
    .option('--progress', 'show progress on standard error (default: when it is a terminal)')
    .option('--no-progress', 'show no progress')
    .addOption(
      new Option('--color <when>', 'colour the report')
        .choices(['auto', 'always', 'never'] as const)
        .default('auto' as const),
    )
    .option('-q, --quiet', 'no warnings and no progress, only errors and the report')
    .option(
      '-v, --verbose',
      'also what was analysed, all findings that are alike, and each step of the route lookups',
    )
    .addHelpText('after', SOURCES);
}
