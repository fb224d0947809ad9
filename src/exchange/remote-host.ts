import { SightingBatch } from './batch.ts';
import type { CaptureAccount, HostFeed, HostStep } from './host-feed.ts';
import {
  batchOf,
  buffersOf,
  type FlatBatch,
  type FromThread,
  flatBatch,
  type HostOrder,
  type Opened,
  type ToThread,
} from './host-messages.ts';
import type { CorrelateOptions } from './options.ts';

/** Sends a message to the thread that reads the host. */
export type Send = (message: ToThread, handedOver?: ArrayBuffer[]) => void;

/** One host whose captures another thread reads (`host-thread.ts`). */
export class RemoteHost implements HostFeed {
  readonly host: string;
  files: readonly string[] = [];
  private readonly number: number;
  private readonly send: Send;
  private accounts: readonly CaptureAccount[] = [];
  private openedAs: Opened | null = null;
  private readonly arrived: HostStep[] = [];
  private readonly spare: FlatBatch[] = [];
  private ended = false;
  private endedAt = 0;
  private failure: Error | null = null;
  private readonly waiting: (() => void)[] = [];

  /** @param number in the order of its thread */
  constructor({ host }: HostOrder, number: number, send: Send) {
    this.host = host;
    this.number = number;
    this.send = send;
  }

  /** For each of its captures, in the order given. Rejects where the thread died. */
  async opened(): Promise<Opened> {
    await this.until(() => this.openedAs !== null);
    return this.openedAs ?? [];
  }

  /** Reading starts; only after `opened` gave a capture. */
  begin(options: CorrelateOptions): void {
    this.send({ kind: 'begin', number: this.number, options });
  }

  async next(): Promise<HostStep | null> {
    await this.until(() => this.arrived.length > 0 || this.ended);
    const step = this.arrived.shift();
    if (!step) return null;
    const spare = this.spare.splice(0);
    this.send({ kind: 'more', number: this.number, spare }, buffersOf(spare));
    return step;
  }

  release(batch: SightingBatch): void {
    if (batch.words.length > 0) this.spare.push(flatBatch(batch));
  }

  captures(): readonly CaptureAccount[] {
    return this.accounts;
  }

  /** From the thread. */
  take(message: FromThread): void {
    if (message.kind === 'opened') this.takeOpened(message.captures);
    else if (message.kind === 'step') {
      const { batch, ...rest } = message.step;
      this.arrived.push({ ...rest, batch: batch ? batchOf(batch) : new SightingBatch(EMPTY, EMPTY) });
    } else {
      this.accounts = message.captures;
      this.ended = true;
      this.endedAt = performance.now();
    }
    this.wake();
  }

  /** Milliseconds since all was read; null while there is more to read. */
  get idleMs(): number | null {
    return this.ended ? performance.now() - this.endedAt : null;
  }

  /** The thread is gone; nobody may wait for it any longer. */
  fail(reason: string): void {
    if (this.ended) return;
    this.failure ??= new Error(`the thread that reads the captures of ${this.host} ended: ${reason}`);
    this.wake();
  }

  private takeOpened(captures: Opened): void {
    this.openedAs = captures;
    this.files = captures.flatMap((one) => (one.ok ? [one.value.file] : []));
    // Such a host is never begun.
    this.ended = this.files.length === 0;
  }

  private wake(): void {
    for (const resume of this.waiting.splice(0)) resume();
  }

  private async until(ready: () => boolean): Promise<void> {
    while (!ready()) {
      if (this.failure) throw this.failure;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }
}

const EMPTY = new Int32Array(0);
