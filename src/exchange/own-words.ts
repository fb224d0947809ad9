import type { HostIdentity } from '../addr/identity.ts';
import type { Ip } from '../addr/ip.ts';
import { foldAddress } from './key.ts';

/** Which addresses the hosts bear, each as the one word that records keep of it. */
export class OwnWords {
  private readonly words: ReadonlyMap<string, ReadonlySet<number>>;

  constructor(identities: readonly HostIdentity[]) {
    this.words = new Map(
      identities.map(({ host, interfaces }) => [
        host,
        new Set(interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => wordOf(address)))),
      ]),
    );
  }

  has(host: string, word: number): boolean {
    return this.words.get(host)?.has(word) ?? false;
  }
}

function wordOf({ family, w0, w1, w2, w3 }: Ip): number {
  return family === 4 ? w0 | 0 : foldAddress(w0, w1, w2, w3);
}
