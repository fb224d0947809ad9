import { formatIp } from '../../addr/ip.ts';
import { quoteOf, type Span } from '../../addr/source.ts';
import type { ReversePathVerdict, RouteDecision, TraceStep } from '../../linux/decision.ts';
import type { Route, Rule } from '../../linux/host-state.ts';
import { routeWords, ruleWords, stepWords } from '../trace-words.ts';

/** One step of a lookup: its kind, the rule or route it is about with its place, and the same as a sentence. */
export interface StepJson {
  readonly step: TraceStep['step'];
  readonly sentence: string;
  readonly rule?: EntryJson;
  readonly route?: EntryJson;
  readonly table?: number;
  readonly because?: string;
  readonly error?: string;
  readonly device?: string;
  readonly source?: string;
  readonly verdict?: string;
  readonly mode?: number;
  /** The lookup back to the source, of a reverse-path step. */
  readonly back?: readonly StepJson[];
}

interface EntryJson {
  readonly text: string;
  readonly file: string | null;
  readonly line: number | null;
}

export function traceJson(decision: RouteDecision): readonly StepJson[] {
  return decision.trace.map(stepJson);
}

function stepJson(step: TraceStep): StepJson {
  return { step: step.step, sentence: stepWords(step), ...detailsOf(step) };
}

function detailsOf(step: TraceStep): Omit<StepJson, 'step' | 'sentence'> {
  switch (step.step) {
    case 'rule-skipped':
      return { rule: ruleJson(step.rule), because: step.because };
    case 'rule-matched':
      return { rule: ruleJson(step.rule) };
    case 'table-empty':
    case 'table-no-match':
      return { table: step.table, rule: ruleJson(step.rule) };
    case 'route-passed-over':
      return { route: routeJson(step.route), table: step.route.table, because: step.because };
    case 'route-suppressed':
    case 'route-chosen':
      return { route: routeJson(step.route), table: step.route.table, rule: ruleJson(step.rule) };
    case 'route-throws':
      return { route: routeJson(step.route), table: step.route.table };
    case 'refused':
      return {
        ...('preference' in step.by ? { rule: ruleJson(step.by) } : { route: routeJson(step.by) }),
        error: step.error,
      };
    case 'on-link-assumed':
      return { device: step.device };
    case 'reverse-path':
      return reversePathJson(step.verdict);
    case 'source-chosen':
      return { source: formatIp(step.source), because: step.from };
  }
}

function reversePathJson(verdict: ReversePathVerdict): Omit<StepJson, 'step' | 'sentence'> {
  const back = verdict.back ? { back: traceJson(verdict.back) } : {};
  if (verdict.kind === 'cannot-tell') return { verdict: verdict.kind, ...back };
  return { verdict: verdict.kind, mode: verdict.mode, because: verdict.because, ...back };
}

function ruleJson(rule: Rule): EntryJson {
  return { text: ruleWords(rule), ...placeOf(rule.span) };
}

function routeJson(route: Route): EntryJson {
  return { text: routeWords(route), ...placeOf(route.span) };
}

function placeOf(span: Span | null): { file: string | null; line: number | null } {
  if (!span) return { file: null, line: null };
  const { file, line } = quoteOf(span);
  return { file, line };
}
