import type { Clause, Operator } from './clause.ts';
import type { Crossing } from './crossing.ts';
import type { Element, Entry, Expression, SetReference, Value } from './expression.ts';
import type { Table } from './firewall.ts';
import { isKernelMade, readField } from './read-field.ts';
import { ABSENT, negate, type Reading, read, type Truth, truth, UNKNOWN } from './reading.ts';
import { fibReading, rpFilterTruth } from './reverse-test.ts';

/** Where an expression is evaluated: names of sets are those of the rule's table. */
export interface Scene {
  readonly crossing: Crossing;
  readonly table: Table;
}

const WORD = 0xffffffffn;

export function evaluate(scene: Scene, expression: Expression): Reading {
  switch (expression.kind) {
    case 'field':
      return readField(scene.crossing, expression.field);
    case 'constant':
      return read(expression.value);
    case 'bits':
      return combine(
        expression.operator,
        evaluate(scene, expression.left),
        evaluate(scene, expression.right),
      );
    case 'map':
      return mapped(scene, expression.key, expression.set);
    case 'fib':
      return fibReading(scene.crossing, expression.result, expression.flags);
    case 'unknown':
      return UNKNOWN;
  }
}

function combine(operator: '&' | '|' | '^' | '<<' | '>>', a: Reading, b: Reading): Reading {
  if (a.kind !== 'value') return a;
  if (b.kind !== 'value') return b;
  if (typeof a.value !== 'bigint' || typeof b.value !== 'bigint') return UNKNOWN;
  switch (operator) {
    case '&':
      return read(a.value & b.value);
    case '|':
      return read(a.value | b.value);
    case '^':
      return read(a.value ^ b.value);
    case '<<':
      return read((a.value << (b.value & 31n)) & WORD);
    case '>>':
      return read(a.value >> (b.value & 127n));
  }
}

function mapped(scene: Scene, key: readonly Expression[], set: SetReference): Reading {
  const found = findEntry(scene, key, set);
  if (found === 'unknown') return UNKNOWN;
  if (!found?.to) return ABSENT;
  return isExpression(found.to) ? evaluate(scene, found.to) : UNKNOWN;
}

function isExpression(to: NonNullable<Entry['to']>): to is Expression {
  return 'value' in to || 'words' in to;
}

/** The element that the key falls in; an exact one goes before `*`. */
export function findEntry(
  scene: Scene,
  key: readonly Expression[],
  set: SetReference,
): Entry | 'unknown' | undefined {
  const entries = entriesOf(scene, set);
  const values = key.map((one) => evaluate(scene, one));
  if (values.some((one) => one.kind === 'absent')) return undefined;
  if (!entries || values.some((one) => one.kind === 'unknown')) return 'unknown';
  let doubtful = false;
  let other: Entry | undefined;
  for (const entry of entries) {
    const fits = fitsEntry(values, entry);
    if (fits === 'yes' && entry.key[0].kind !== 'any') return entry;
    if (fits === 'yes') other = entry;
    if (fits === 'unknown') doubtful = true;
  }
  return doubtful ? 'unknown' : other;
}

/** Undefined: a set that the dump does not show. */
function entriesOf({ crossing, table }: Scene, set: SetReference): readonly Entry[] | undefined {
  if (set.kind === 'entries') return set.entries;
  return crossing.firewall.sets.find(
    (one) => one.name === set.name && one.table === table.name && one.family === table.family,
  )?.entries;
}

function fitsEntry(values: readonly Reading[], { key }: Entry): Truth {
  let result: Truth = 'yes';
  for (const [i, element] of key.entries()) {
    const reading = values[i];
    const fits = reading?.kind === 'value' ? fitsElement(reading.value, element) : 'unknown';
    if (fits === 'no') return 'no';
    if (fits === 'unknown') result = 'unknown';
  }
  return result;
}

function fitsElement(value: Value, element: Element): Truth {
  switch (element.kind) {
    case 'any':
      return 'yes';
    case 'unknown':
      return 'unknown';
    case 'name':
      return truth(typeof value === 'string' && fitsName(value, element.name));
    case 'range':
      return truth(typeof value === 'bigint' && value >= element.first && value <= element.last);
  }
}

/** A device by name; `fib ... oif` may also be asked whether there is one at all. */
function fitsName(device: string, name: string): boolean {
  if (name === 'missing' || name === '0') return device === '';
  if (name === 'exists' || name === '1') return device !== '';
  return name.endsWith('*') ? device.startsWith(name.slice(0, -1)) : device === name;
}

/** Does a clause that compares something match? Other clauses do. */
export function matches(scene: Scene, clause: Clause): Truth {
  switch (clause.kind) {
    case 'match':
      return compare(scene, clause.left, clause.operator, clause.right);
    case 'rpfilter':
      return rpFilterTruth(scene.crossing, clause);
    case 'owner':
      return isKernelMade(scene.crossing) ? truth(clause.invert) : 'unknown';
    case 'may':
    case 'unknown':
      return 'unknown';
    default:
      return 'yes';
  }
}

function compare(scene: Scene, left: readonly Expression[], operator: Operator, right: SetReference): Truth {
  if (operator === '==' || operator === '!=') {
    if (left.some((one) => evaluate(scene, one).kind === 'absent')) return 'no';
    const found = findEntry(scene, left, right);
    const inside: Truth = found === 'unknown' ? 'unknown' : truth(found !== undefined);
    return operator === '==' ? inside : negate(inside);
  }
  return order(evaluate(scene, left[0]), operator, right);
}

function order(reading: Reading, operator: Operator, right: SetReference): Truth {
  if (reading.kind === 'absent') return 'no';
  const element = right.kind === 'entries' ? right.entries[0]?.key[0] : undefined;
  if (reading.kind !== 'value' || typeof reading.value !== 'bigint' || element?.kind !== 'range')
    return 'unknown';
  const { value } = reading;
  switch (operator) {
    case '<':
      return truth(value < element.first);
    case '<=':
      return truth(value <= element.first);
    case '>':
      return truth(value > element.last);
    case '>=':
      return truth(value >= element.last);
    case 'no-bit':
      return truth((value & element.first) === 0n);
    default:
      return truth((value & element.first) !== 0n);
  }
}
