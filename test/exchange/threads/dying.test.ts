import { describe, expect, it } from 'vitest';
import { correlateHosts } from '../../../src/exchange/correlate.ts';
import { HostThreads } from '../../../src/exchange/host-threads.ts';

/** Threads that die in every state they can be in: whoever waits for them hears of it, and nobody waits for ever. */

const HEAD = `
  import { parentPort } from 'node:worker_threads';
  const opened = { kind: 'opened', number: 0, captures: [{ ok: true, value: { file: 'a', bytesTotal: 1 } }] };
  const step = { batch: null, places: [], probed: false, frames: 1, bytesRead: 1, ended: 0 };
  const tell = (message) => parentPort.postMessage(message);
`;

function threadOf(script: string): HostThreads {
  const entry = new URL(`data:text/javascript,${encodeURIComponent(HEAD + script)}`);
  const captures = [{ path: 'a', interface: null }];
  return new HostThreads(
    [[{ host: 'A', captures, identity: null, chunkBytes: 1, readAhead: false, brief: false, bytes: 1 }]],
    entry,
  );
}

async function readAll(threads: HostThreads): Promise<unknown> {
  const [host] = threads.hosts;
  await host.opened();
  host.begin({});
  return correlateHosts([host], {});
}

const ENDED = 'the thread that reads the captures of A ended';

describe('a thread that dies', () => {
  it('before the captures are open', async () => {
    await expect(readAll(threadOf('throw new Error("torn")'))).rejects.toThrow(`${ENDED}: torn`);
    await expect(readAll(threadOf('process.exit(3)'))).rejects.toThrow(`${ENDED}: exit code 3`);
  });

  it('without a word when it was done with nothing', async () => {
    await expect(readAll(threadOf('tell(opened)'))).rejects.toThrow(`${ENDED}: exit code 0`);
  });

  it('while it is waited for', async () => {
    const script = 'tell(opened); parentPort.once("message", () => { throw new Error("torn") })';
    await expect(readAll(threadOf(script))).rejects.toThrow(`${ENDED}: torn`);
  });

  it('after some steps', async () => {
    const script =
      'tell(opened); parentPort.once("message", () => { for (let i = 0; i < 9; i++) tell({ kind: "step", number: 0, step }); parentPort.close() })';
    await expect(readAll(threadOf(script))).rejects.toThrow(`${ENDED}: exit code 0`);
  });

  it('because it was told to', async () => {
    const threads = threadOf('tell(opened); parentPort.on("message", () => {})');
    const reading = readAll(threads);
    await threads.hosts[0].opened();
    await Promise.all([threads.close(), expect(reading).rejects.toThrow(`${ENDED}: exit code 1`)]);
  });
});
