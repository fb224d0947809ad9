import { extname } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { FromThread, HostOrder, ThreadOrder } from './host-messages.ts';
import { RemoteHost } from './remote-host.ts';
import { sharedCode } from './shared-memory.ts';

/** Beside this file, and of its kind; beside the bundle it is `verbs/host-thread.ts`. */
const ENTRY = new URL(`./host-thread${extname(import.meta.url)}`, import.meta.url);

/** Far longer than one function takes to compile; the report is made meanwhile. */
const REST_MS = 100;

/**
 * Threads that read the captures of whole hosts. A pool such as piscina hands out tasks, each with one result; here a few
 * long streams of buffers go both ways until the captures end, so the threads are started for them and die with them.
 */
export class HostThreads {
  /** In the order of the shares. */
  readonly hosts: readonly RemoteHost[];
  private readonly workers: Worker[] = [];

  /** @param shares for each thread: its hosts, at least one */
  constructor(shares: readonly (readonly HostOrder[])[], entry: URL = ENTRY) {
    this.hosts = shares.flatMap((hosts) => this.start({ hosts, code: sharedCode() }, entry));
  }

  /**
   * Ends the threads, whatever they are doing. Those that have read all are left alone for a moment first: a thread that
   * ends while V8 still compiles for it in the background may wait for that for ever (nodejs/node#54918), and an idle one
   * lets it come to its end. For the same reason they do not end by themselves.
   */
  async close(): Promise<void> {
    const idle = this.hosts.flatMap(({ idleMs }) => (idleMs === null ? [] : [idleMs]));
    const rest = REST_MS - Math.min(...idle);
    if (idle.length === this.hosts.length && rest > 0) await setTimeout(rest);
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  private start(order: ThreadOrder, entry: URL): RemoteHost[] {
    const worker = new Worker(entry, { workerData: order });
    this.workers.push(worker);
    const hosts = order.hosts.map((host, number) => {
      return new RemoteHost(host, number, (message, handedOver) => worker.postMessage(message, handedOver));
    });
    const fail = (reason: string) => {
      for (const host of hosts) host.fail(reason);
    };
    worker.on('message', (message: FromThread) => hosts[message.number].take(message));
    worker.on('messageerror', (error) => fail(error.message));
    worker.on('error', (error) => fail(error.message));
    worker.on('exit', (code) => fail(`exit code ${code}`));
    return hosts;
  }
}
