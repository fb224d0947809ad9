import { Command, Option } from '@commander-js/extra-typings';

export type RouteTableFlags = ReturnType<ReturnType<typeof routeTableOptions>['opts']>;

/** The command with its options, without what it does. */
export function routeTableOptions() {
  return new Command('table')
    .description('rules and tables as one picture, with what never can match marked as such')
    .requiredOption('--host <path>', 'file or directory with the state of the host (repeatable)', append)
    .addOption(
      new Option('--format <format>', 'what the picture is written as')
        .choices(['text', 'json'] as const)
        .default('text' as const),
    )
    .addOption(
      new Option('--color <when>', 'colour the picture')
        .choices(['auto', 'always', 'never'] as const)
        .default('auto' as const),
    )
    .option('-q, --quiet', 'no warnings about lines that were not understood')
    .option('-v, --verbose', 'every route of large tables');
}

function append(path: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), path];
}
