/** Public names: the pipeline as a function, and the values it takes and gives. */
export { analyze } from './analyze.ts';
export type { AnalyzeOptions, AnalyzeProtocol, HostInput, HostPath, OnProgress } from './analyze-options.ts';
export type { Exchange, Protocol } from './exchange/exchange.ts';
export type { Sighting, SightingKind } from './exchange/sighting.ts';
export type { Finding, FindingKind, Level, Path, Place } from './finding/finding.ts';
export type { Cause, CauseKind, CauseSource } from './reason/cause.ts';
export type { Analysis, Diagnosis, HostReport, Verdict } from './report/analysis.ts';
export type { Problem } from './report/problem.ts';
