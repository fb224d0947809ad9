import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { must } from './command.ts';
import type { Lab } from './lab.ts';
import type { Node } from './scenario.ts';

/** What is to be captured, and how. */
export interface CaptureOrder {
  readonly node: Node;
  /** Interfaces; `any` for all at once. */
  readonly interfaces: readonly string[];
  readonly file: string;
  readonly form: 'pcap' | 'nanoseconds' | 'cooked-v1' | 'pcapng';
}

/** A running tcpdump or dumpcap. */
export interface Capture extends CaptureOrder {
  readonly child: ChildProcess;
}

/**
 * Starts a capture (`any` gives LINUX_SLL2, a card Ethernet) and waits until it listens; throws
 * after five seconds, or with the program's words when it cannot start.
 */
export function startCapture(lab: Lab, order: CaptureOrder): Promise<Capture> {
  const child = lab.start(order.node, order.form === 'pcapng' ? dumpcapArgv(order) : tcpdumpArgv(order));
  const where = lab.title(order.node);
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(() => reject(new Error(`no capture starts on ${where}: ${said}`)), 5000);
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (!/listening on|^File: /m.test(said)) return;
      clearTimeout(late);
      resolve({ ...order, child });
    });
    child.on('exit', () => {
      clearTimeout(late);
      reject(new Error(`the capture on ${where} ended early: ${said}`));
    });
  });
}

function tcpdumpArgv({ interfaces: [name], file, form }: CaptureOrder): string[] {
  const cooked = form === 'cooked-v1' ? 'LINUX_SLL' : 'LINUX_SLL2';
  const wanted = ['-i', name!, '-y', name === 'any' ? cooked : 'EN10MB'];
  const clock = form === 'nanoseconds' ? ['--time-stamp-precision=nano'] : [];
  return ['tcpdump', '-Z', 'root', '-n', '-U', '--immediate-mode', ...clock, ...wanted, '-w', file];
}

/** pcapng with an interface block, and so a name, for every interface. */
function dumpcapArgv({ interfaces, file }: CaptureOrder): string[] {
  return ['dumpcap', '-n', ...interfaces.flatMap((name) => ['-i', name]), '-w', file];
}

/** Ends a capture the way a person does (SIGINT), so that it writes what it holds, and waits for it. */
export async function stopCapture(capture: Capture): Promise<void> {
  if (capture.child.exitCode !== null) return;
  const ended = new Promise((resolve) => capture.child.once('exit', resolve));
  capture.child.kill('SIGINT');
  await ended;
}

/** The same packets as pcapng in the place of a pcap file. */
export async function rewriteAsPcapng(folder: string, name: string): Promise<void> {
  const file = join(folder, `${name}.pcap`);
  await must(['editcap', '-F', 'pcapng', file, join(folder, `${name}.pcapng`)]);
  await must(['rm', file]);
}

/** Shifts the time stamps of a pcap file, as if the clock had been ahead by so many seconds. */
export async function shiftTimes(file: string, seconds: number): Promise<void> {
  const shifted = `${file}.shifted`;
  await must(['editcap', '-F', 'pcap', '-t', String(seconds), file, shifted]);
  await must(['mv', shifted, file]);
}
