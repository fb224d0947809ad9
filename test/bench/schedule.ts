import { Random } from './random.ts';

export interface ScheduleOptions {
  /** How many of a hundred frames are probes or replies. */
  readonly followedPercent: number;
  /** How many frames after its probe a reply comes, at least one. */
  readonly replyAfter: number;
  /** Probes are seen so many frames later and replies so many earlier than where the probes come from. */
  readonly apart: number;
  readonly seed: number;
}

const SLOTS = 1 << 17;
const MASK = SLOTS - 1;

/**
 * Which exchange has which frame of a capture: the captures of two hosts are made apart from each other, and yet hold
 * the same exchanges.
 */
export class Schedule {
  private readonly options: ScheduleOptions;
  private readonly random: Random;
  private readonly threshold: number;
  /** By frame number, a ring: whether the originator sees a reply. */
  private readonly answered = new Uint8Array(SLOTS);
  /** The same for who captures: a request's number, or a reply's below zero. */
  private readonly due = new Int32Array(SLOTS);
  private serial = 0;

  constructor(options: ScheduleOptions) {
    if (options.replyAfter + options.apart >= SLOTS)
      throw new Error('replies come too long after their probes');
    this.options = options;
    this.random = new Random(options.seed);
    const half = options.followedPercent / 200;
    this.threshold = (half / (1 - half)) * 0x100000000;
  }

  /** Above zero: the request of that number; below: its reply; zero: other traffic. */
  next(frame: number): number {
    const slot = frame & MASK;
    if (this.answered[slot]) this.answered[slot] = 0;
    else if (this.random.word() < this.threshold) this.begin(frame);
    const serial = this.due[slot];
    this.due[slot] = 0;
    return serial;
  }

  private begin(frame: number): void {
    const { replyAfter, apart } = this.options;
    this.serial++;
    let reply = frame + replyAfter;
    while (this.answered[reply & MASK]) reply++;
    this.answered[reply & MASK] = 1;
    this.put(frame + apart, this.serial);
    this.put(Math.max(frame + apart, reply - apart), -this.serial);
  }

  private put(frame: number, serial: number): void {
    let at = frame;
    while (this.due[at & MASK]) at++;
    this.due[at & MASK] = serial;
  }
}
