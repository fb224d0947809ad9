/**
 * Stands in for `vitest` where mutants are tried: keeps the tests that a file declares, to be run again and again in one
 * process. Starting Vitest anew takes a second a mutant, the tests themselves a few milliseconds.
 */
import { JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';
import * as chai from 'chai';

for (const plugin of [JestExtend, JestChaiExpect, JestAsymmetricMatchers]) chai.use(plugin);

export const { expect } = chai;

/** `{ id, name, fileName, run }`, in the order of declaration. */
export const tests = [];
const preparations = [];
const cleanups = [];

let fileName = '';
let names = [];
const taken = new Set();

export function collectFrom(file) {
  fileName = file;
}

/** Once, before the first test. */
export async function prepare() {
  for (const hook of preparations.splice(0)) await hook();
}

export async function cleanUp() {
  for (const hook of cleanups.splice(0)) await hook();
}

export function beforeAll(hook) {
  preparations.push(hook);
}

export function afterAll(hook) {
  cleanups.push(hook);
}

export function test(title, run) {
  const name = [...names, title].join(' > ');
  let id = `${fileName}#${name}`;
  for (let i = 2; taken.has(id); i++) id = `${fileName}#${name} (${i})`;
  taken.add(id);
  tests.push({ id, name, fileName, run });
}

export function describe(title, declare) {
  names = [...names, title];
  declare();
  names = names.slice(0, -1);
}

test.each = eachOf(test);
test.skipIf = (skipped) => (skipped ? () => {} : test);
describe.each = eachOf(describe);

export { test as it };

function eachOf(declare) {
  return (rows) => (title, body) => {
    for (const [i, row] of rows.entries()) {
      declare(`${title} [${i}]`, () => body(...(Array.isArray(row) ? row : [row])));
    }
  };
}
