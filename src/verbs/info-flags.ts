import { Command, Option } from '@commander-js/extra-typings';

export type InfoFlags = ReturnType<ReturnType<typeof infoOptions>['opts']>;

const CODES = `
Exit codes: 0 every capture is whole, 2 a file could not be read as a capture, 3 a capture is damaged
or packets were dropped while it was taken.`;

/** The command with its options, without what it does. */
export function infoOptions() {
  return new Command('info')
    .description('what a capture holds, and whether it is whole')
    .argument('<file...>', 'captures; - for standard input')
    .addOption(
      new Option('--format <format>', 'what is written: text, or one JSON object a file and line')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .option('--local-time', 'times in local time instead of UTC (text only)')
    .addOption(
      new Option('--color <when>', 'colour the text')
        .choices(['auto', 'always', 'never'] as const)
        .default('auto' as const),
    )
    .option('-v, --verbose', 'every interface of captures with many')
    .addHelpText('after', CODES);
}
