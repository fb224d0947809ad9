import { createReadStream, readFileSync } from 'node:fs';
import { Writable } from 'node:stream';
import { parseIp } from '../../src/addr/ip.ts';
import { flowOf } from '../../src/linux/flow.ts';
import { indexOf } from '../../src/linux/host-index.ts';
import { lookupOutput } from '../../src/linux/lookup-output.ts';
import { buildHostState } from '../../src/linux/state/build.ts';
import { readHostSources } from '../../src/linux/state/read.ts';
import { answerBatch } from '../../src/verbs/route-batch.ts';

/** Reads a host's state and looks up every address of a file, as a process of its own; prints what it took. */
const [host, queries] = process.argv.slice(2);
const begin = performance.now();
const { sources } = await readHostSources(host);
const state = buildHostState('host', sources);
const read = performance.now();
indexOf(state);
const indexed = performance.now();
const flows = readFileSync(queries, 'utf8')
  .split('\n')
  .flatMap((line) => parseIp(line) ?? [])
  .map((ip) => flowOf(ip));
const asked = performance.now();
for (const flow of flows) lookupOutput(state, flow);
const answered = performance.now();
const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
await answerBatch(state, createReadStream(queries), nowhere);
const written = performance.now();
const figures = {
  routes: state.routes.length,
  readSeconds: (read - begin) / 1000,
  indexSeconds: (indexed - read) / 1000,
  lookupMicros: ((answered - asked) / flows.length) * 1000,
  batchMicros: ((written - answered) / flows.length) * 1000,
  residentMb: Math.round(process.resourceUsage().maxRSS / 1024),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
