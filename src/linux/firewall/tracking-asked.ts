import type { Clause } from './clause.ts';
import type { Expression } from './expression.ts';
import type { Chain, Firewall } from './firewall.ts';

const asked = new WeakMap<Firewall, Record<4 | 6, boolean>>();

/** Connection tracking runs only where some rule asks for it (nf_ct_netns_get), for each family by itself. */
export function tracksConnections(firewall: Firewall, family: 4 | 6): boolean {
  let found = asked.get(firewall);
  if (!found) {
    found = { 4: anyAsks(firewall, 'ip'), 6: anyAsks(firewall, 'ip6') };
    asked.set(firewall, found);
  }
  return found[family];
}

function anyAsks({ chains }: Firewall, family: 'ip' | 'ip6'): boolean {
  return chains.some(
    (chain) => (chain.table.family === family || chain.table.family === 'inet') && asksInChain(chain),
  );
}

function asksInChain({ rules }: Chain): boolean {
  return rules.some(({ clauses }) => clauses.some(asks));
}

function asks(clause: Clause): boolean {
  switch (clause.kind) {
    case 'match':
      return clause.left.some(readsConnection);
    case 'verdict-map':
      return clause.key.some(readsConnection);
    case 'set':
      return clause.what === 'connection-mark' || readsConnection(clause.value);
    case 'translate':
      return true;
    case 'may':
    case 'unknown':
    case 'unmodelled':
      return /^(?:ct|-m conn\w+|conn\w+)\b/.test(clause.words);
    default:
      return false;
  }
}

function readsConnection(expression: Expression): boolean {
  switch (expression.kind) {
    case 'field':
      return expression.field.startsWith('ct ');
    case 'bits':
      return readsConnection(expression.left) || readsConnection(expression.right);
    case 'map':
      return expression.key.some(readsConnection);
    case 'unknown':
      return expression.words.startsWith('ct ');
    default:
      return false;
  }
}
