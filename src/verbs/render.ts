import type { Analysis } from '../report/analysis.ts';
import type { AnalyzeFlags, FORMATS } from './analyze-flags.ts';
import { type Terminal, wantsColor, widthOf } from './terminal.ts';

type Format = (typeof FORMATS)[number];

/** The report in the format asked for. A file is no terminal: it gets colour only where colour is insisted on. */
export async function render(analysis: Analysis, flags: AnalyzeFlags, terminal: Terminal): Promise<string> {
  const renderers: Record<Format, () => Promise<string>> = {
    text: async () =>
      (await import('../report/text/report.ts')).renderText(analysis, textOptions(flags, terminal)),
    short: async () => (await import('../report/short.ts')).renderShort(analysis),
    json: async () => (await import('../report/json/analysis.ts')).renderJson(analysis),
  };
  return renderers[flags.format]();
}

function textOptions(flags: AnalyzeFlags, terminal: Terminal) {
  const toFile = flags.output !== undefined;
  const { stdout, env } = terminal;
  return {
    width: toFile ? widthOf({ ...stdout, isTTY: false } as typeof stdout) : widthOf(stdout),
    color: toFile ? flags.color === 'always' : wantsColor(flags.color, stdout, env),
    zone: flags.localTime ? ('local' as const) : ('utc' as const),
    verbose: flags.verbose ?? false,
  };
}
