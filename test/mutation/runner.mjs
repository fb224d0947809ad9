/**
 * A test runner for Stryker that loads the tests once, and tries a mutant by running those that reach it, the fastest first.
 * A module is not loaded again: mutants of what runs once at loading must be left out (`ignoreStatic`).
 */
import { readdirSync, statSync } from 'node:fs';
import { register } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { cleanUp, collectFrom, prepare, tests } from './collect.mjs';

/** What the instrumented sources share with the runner. */
globalThis.__stryker__ ??= {};
const shared = globalThis.__stryker__;

/** Tests that take more of the processor's time are left out: a mutant that survives pays for every test that reaches it. */
const SLOWEST_MS = Number(process.env.MUTATION_SLOWEST ?? Number.POSITIVE_INFINITY);

class LoadedTests {
  times = new Map();

  capabilities() {
    return { reloadEnvironment: false };
  }

  async init() {
    register('./typescript.mjs', import.meta.url);
    for (const file of testFiles()) {
      collectFrom(file);
      await import(pathToFileURL(resolve(file)).href);
    }
    await prepare();
  }

  async dryRun() {
    shared.activeMutant = undefined;
    const results = [];
    for (const one of tests) {
      shared.currentTestId = one.id;
      results.push(await resultOf(one));
    }
    shared.currentTestId = undefined;
    this.times = new Map(results.map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    const quick = results.filter(({ timeSpentMs }) => timeSpentMs <= SLOWEST_MS);
    return { status: DryRunStatus.Complete, tests: quick, mutantCoverage: coverageOf(quick) };
  }

  async mutantRun({ activeMutant, testFilter, hitLimit }) {
    shared.hitCount = 0;
    shared.hitLimit = hitLimit;
    shared.activeMutant = activeMutant.id;
    const results = [];
    for (const one of this.reaching(testFilter)) {
      results.push(await resultOf(one));
      if (results.at(-1).status === TestStatus.Failed) break;
    }
    shared.activeMutant = undefined;
    const over = determineHitLimitReached(shared.hitCount, hitLimit);
    return toMutantRunResult(over ?? { status: DryRunStatus.Complete, tests: results });
  }

  async dispose() {
    await cleanUp();
  }

  reaching(ids) {
    const wanted = new Set(ids);
    const time = ({ id }) => this.times.get(id) ?? 0;
    return tests.filter(({ id }) => !ids || wanted.has(id)).sort((a, b) => time(a) - time(b));
  }
}

/** `MUTATION_TESTS`: files and folders; those whose names match `MUTATION_SKIP` are not run. */
function testFiles() {
  const { MUTATION_TESTS = 'test/decode', MUTATION_SKIP } = process.env;
  const all = MUTATION_TESTS.split(',').flatMap((path) =>
    statSync(path).isFile() ? [path] : readdirSync(path, { recursive: true }).map((name) => join(path, name)),
  );
  const skipped = MUTATION_SKIP ? new RegExp(MUTATION_SKIP) : /^$/;
  return all.filter((file) => file.endsWith('.test.ts') && !skipped.test(file)).sort();
}

function coverageOf(results) {
  const { static: once, perTest } = shared.mutantCoverage;
  return { static: once, perTest: Object.fromEntries(results.map(({ id }) => [id, perTest[id] ?? {}])) };
}

async function resultOf({ id, name, fileName, run }) {
  const start = process.cpuUsage();
  let failure;
  try {
    await run();
  } catch (error) {
    failure = String(error);
  }
  return {
    id,
    name,
    fileName,
    timeSpentMs: millisecondsOf(process.cpuUsage(start)),
    status: failure === undefined ? TestStatus.Success : TestStatus.Failed,
    failureMessage: failure,
  };
}

function millisecondsOf({ user, system }) {
  return (user + system) / 1000;
}

const loadedTests = () => new LoadedTests();
loadedTests.inject = [];

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, 'loaded-tests', loadedTests)];
