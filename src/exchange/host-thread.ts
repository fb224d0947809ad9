/**
 * Runs in a thread of its own (`host-threads.ts` starts it): opens and reads captures of whole hosts, decodes them and
 * posts the followed packets in batches, so far ahead of the merge as it is allowed to.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { mapResult } from '../addr/result.ts';
import { openCapture } from '../capture/open.ts';
import type { CaptureReader } from '../capture/reader.ts';
import { StretchBuffers } from '../capture/stretch-buffers.ts';
import {
  batchOf,
  buffersOf,
  type FlatBatch,
  type FromThread,
  flatBatch,
  type HostOrder,
  RECORDS_AHEAD,
  STEPS_AHEAD,
  type ThreadOrder,
  type ToThread,
} from './host-messages.ts';
import { HostReader } from './host-reader.ts';
import type { CaptureInput, CorrelateOptions } from './options.ts';
import { takeSharedCode } from './shared-memory.ts';

type Post = (message: FromThread, handedOver?: ArrayBuffer[]) => void;

/** One host on this side. */
class ServedHost {
  private readonly order: HostOrder;
  private readonly number: number;
  private readonly post: Post;
  private readers: CaptureReader[] = [];
  private inputs: CaptureInput[] = [];
  private reader: HostReader | null = null;
  /** Records of the steps that the merge has not taken yet. */
  private readonly ahead: number[] = [];
  private reading = false;

  constructor(order: HostOrder, number: number, post: Post) {
    this.order = order;
    this.number = number;
    this.post = post;
  }

  async open(): Promise<void> {
    const { host, captures, identity, chunkBytes, brief } = this.order;
    const readAhead = this.order.readAhead ? new StretchBuffers(captures.length) : null;
    const opened = await Promise.all(
      captures.map((one) => openCapture(one.path, { chunkBytes, blocking: true, readAhead, brief })),
    );
    for (const [i, result] of opened.entries()) {
      if (!result.ok) continue;
      this.readers.push(result.value);
      this.inputs.push({ host, reader: result.value, interface: captures[i].interface, identity });
    }
    const told = opened.map((result) =>
      mapResult(result, (reader) => ({ file: reader.facts().file, bytesTotal: reader.bytesTotal })),
    );
    this.post({ kind: 'opened', number: this.number, captures: told });
  }

  begin(options: CorrelateOptions): Promise<void> {
    this.reader = new HostReader(this.inputs, options);
    return this.read();
  }

  more(spare: readonly FlatBatch[]): Promise<void> {
    for (const batch of spare) this.reader?.release(batchOf(batch));
    this.ahead.shift();
    return this.read();
  }

  private async read(): Promise<void> {
    const { reader } = this;
    if (!reader || this.reading) return;
    this.reading = true;
    while (this.mayRead()) {
      if (!(await this.step(reader))) return this.end(reader);
    }
    this.reading = false;
  }

  private mayRead(): boolean {
    const records = this.ahead.reduce((sum, count) => sum + count, 0);
    return this.ahead.length < STEPS_AHEAD && records < RECORDS_AHEAD;
  }

  private async step(reader: HostReader): Promise<boolean> {
    const step = await reader.next();
    if (!step) return false;
    const { batch, ...rest } = step;
    this.ahead.push(batch.count);
    const flat = batch.count > 0 ? flatBatch(batch) : null;
    if (!flat) reader.release(batch);
    const message = { kind: 'step', number: this.number, step: { ...rest, batch: flat } } as const;
    this.post(message, flat ? buffersOf([flat]) : []);
    return true;
  }

  private async end(reader: HostReader): Promise<void> {
    this.reader = null;
    await Promise.all(this.readers.map((one) => one.close()));
    this.post({ kind: 'end', number: this.number, captures: reader.captures() });
  }
}

/** Goes on to wait for messages when all is read: how a thread ends is told at `HostThreads.close`. */
function serve(): void {
  const port = parentPort;
  if (!port) return;
  const { hosts, code } = workerData as ThreadOrder;
  takeSharedCode(code);
  const post: Post = (message, handedOver) => port.postMessage(message, handedOver);
  const served = hosts.map((order, number) => new ServedHost(order, number, post));
  // A promise that is rejected ends the thread with an error, which the other side hears.
  port.on('message', (message: ToThread) => {
    const host = served[message.number];
    if (message.kind === 'begin') void host.begin(message.options);
    else void host.more(message.spare);
  });
  for (const host of served) void host.open();
}

serve();
