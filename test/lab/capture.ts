import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { Lab } from './lab.ts';
import type { Node } from './scenario.ts';

/** A running tcpdump. */
export interface Capture {
  readonly node: Node;
  readonly file: string;
  readonly child: ChildProcess;
}

/**
 * Starts tcpdump on one interface of a node (`any` gives LINUX_SLL2, a card Ethernet) and waits
 * until it listens; throws after five seconds, or with tcpdump's words when it cannot start.
 */
export function startCapture(lab: Lab, node: Node, name: string, folder: string): Promise<Capture> {
  const file = join(folder, `${name}.pcap`);
  const wanted = ['-i', name, '-y', name === 'any' ? 'LINUX_SLL2' : 'EN10MB'];
  const child = lab.start(node, [
    'tcpdump',
    '-Z',
    'root',
    '-n',
    '-U',
    '--immediate-mode',
    ...wanted,
    '-w',
    file,
  ]);
  return new Promise((resolve, reject) => {
    let said = '';
    const late = setTimeout(
      () => reject(new Error(`tcpdump on ${lab.title(node)} does not start: ${said}`)),
      5000,
    );
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (!said.includes('listening on')) return;
      clearTimeout(late);
      resolve({ node, file, child });
    });
    child.on('exit', () => {
      clearTimeout(late);
      reject(new Error(`tcpdump on ${lab.title(node)} ended early: ${said}`));
    });
  });
}

/** Ends a tcpdump the way a person does (SIGINT), so that it writes what it holds, and waits for it. */
export async function stopCapture(capture: Capture): Promise<void> {
  if (capture.child.exitCode !== null) return;
  const ended = new Promise((resolve) => capture.child.once('exit', resolve));
  capture.child.kill('SIGINT');
  await ended;
}
