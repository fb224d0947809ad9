import { constants, openSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';

/**
 * What comes through a named pipe, waited for in the event loop as other streams are: a thread that waits in read(2), or in
 * open(2) for somebody to write, cannot be called off, and Node waits for it even when the process is told to exit.
 * Throws where it cannot be opened.
 */
export function readNamedPipe(file: string): Readable {
  const fd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}
