import type { Clause } from './clause.ts';
import { type Crossing, noteMissing } from './crossing.ts';
import { missingBy } from './doubts.ts';
import type { Chain, ChainRule } from './firewall.ts';

/** Ingress chains come before all others and are not walked: their rules that could end a packet's way are named. */
export function noteIngress(crossing: Crossing, device: string): void {
  for (const chain of crossing.firewall.chains) {
    if (chain.base?.hook !== 'ingress' || !isOnDevice(chain, device)) continue;
    for (const rule of chain.rules)
      if (mayStop(rule)) noteMissing(crossing, missingBy({ span: rule.span, words: '' }));
  }
}

/** The line of the chain names its devices: `hook ingress device "eth0"`; a JSON object likewise. */
function isOnDevice({ span }: Chain, device: string): boolean {
  const line = span.source.text.slice(span.start, span.end);
  return line.split(/[\s"{},;:=[\]]+/).includes(device);
}

function mayStop({ clauses }: ChainRule): boolean {
  return clauses.some(stops);
}

function stops(clause: Clause): boolean {
  if (clause.kind === 'verdict')
    return clause.verdict.kind !== 'accept' && clause.verdict.kind !== 'continue';
  return clause.kind === 'verdict-map' || clause.kind === 'unmodelled' || clause.kind === 'set';
}
