import { analyze } from '../../../src/analyze.ts';
import type { AnalyzeOptions, HostInput } from '../../../src/analyze-options.ts';
import { renderJson } from '../../../src/report/json/analysis.ts';

/** What the test asks of a process that runs compiled code. */
export interface Question {
  readonly hosts: readonly HostInput[];
  readonly threads: number;
}

/** The report as JSON, or what `analyze` rejected with. */
export type Answer = { readonly report: string } | { readonly thrown: string };

const OPTIONS: AnalyzeOptions = {
  replyWindowSeconds: 5,
  clock: 'auto',
  protocols: null,
  between: [],
  port: null,
  since: null,
  until: null,
  stdin: null,
};

async function answer({ hosts, threads }: Question): Promise<Answer> {
  try {
    const result = await analyze(hosts, { ...OPTIONS, threads });
    return { report: result.ok ? renderJson(result.value) : JSON.stringify(result.error) };
  } catch (error) {
    return { thrown: String(error) };
  }
}

process.on('message', async (question: Question) => process.send?.(await answer(question)));
