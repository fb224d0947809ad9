import { formatIso, type Time } from '../../addr/time.ts';
import type { CaptureSummary } from '../../exchange/correlation.ts';
import type { ClockOffset, ClockSet } from '../../exchange/exchange.ts';
import type { Analysis } from '../analysis.ts';
import { verdictWords } from '../counts-words.ts';
import { damageMessage } from '../damage-words.ts';
import type { Problem } from '../problem.ts';
import { problemWords, severityOf } from '../problem-words.ts';
import { findingJson } from './finding.ts';
import { jsonText } from './json-text.ts';

export const SCHEMA = 'wayhome.analysis/1';

/** The analysis as JSON, two spaces in, with a newline at its end. */
export function renderJson(analysis: Analysis): string {
  return `${jsonText(analysisJson(analysis), 2)}\n`;
}

/** The public form: names are kept for scripts, see the contract of `schema`. */
function analysisJson(analysis: Analysis) {
  const { verdict, exchanges, diagnoses, captures, hosts, clocks, clocksSet, problems, incomplete } =
    analysis;
  return {
    schema: SCHEMA,
    verdict: { party: verdict.party, host: verdict.host, sentence: verdictWords(analysis) },
    exchanges: {
      total: exchanges.total,
      answered: exchanges.answered,
      failed: exchanges.failed,
      undecided: exchanges.undecided,
    },
    findings: diagnoses.map(findingJson),
    captures: captures.map(captureJson),
    hosts: hosts.map(({ name, given, missing }) => ({ name, given, missing })),
    clocks: clocks.map(clockJson),
    clocksSet: clocksSet.map(clockSetJson),
    problems: problems.map(problemJson),
    incomplete,
  };
}

function captureJson({ facts, host, first, last, probes, replies }: CaptureSummary) {
  return {
    file: facts.file,
    host,
    format: facts.format,
    linkTypes: [...new Set(facts.interfaces.map((one) => one.linkType))],
    frames: facts.frames,
    probes,
    replies,
    first: iso(first),
    last: iso(last),
    dropped: facts.dropped,
    damage: facts.damage.length > 0 ? facts.damage.map(damageJson) : null,
  };
}

function damageJson(one: CaptureSummary['facts']['damage'][number]) {
  const { kind, frame, offset, count, lostBytes } = one;
  return { kind, frame, offset, count, lostBytes, message: damageMessage(one) };
}

function clockJson({ host, relativeTo, lowNs, highNs, driftPpm, basis }: ClockOffset) {
  return { host, relativeTo, offsetSeconds: [lowNs / 1e9, highNs / 1e9], driftPpm, basis };
}

function clockSetJson({ host, relativeTo, file, frame, at, byNs }: ClockSet) {
  return { host, relativeTo, file, frame, at: formatIso(at), seconds: byNs / 1e9 };
}

function problemJson(problem: Problem) {
  return { kind: problem.kind, level: severityOf(problem), message: problemWords(problem) };
}

function iso(time: Time | null): string | null {
  return time && formatIso(time);
}
