import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import { copiesOf } from '../../src/report/capture-problems.ts';
import { ScriptedCapture } from './support/capture.ts';
import { echoReply, echoRequest } from './support/packets.ts';

/** One capture given for two hosts. */

const [A, B] = ['10.2.0.100', '10.4.0.100'];
const ping = (seq: number) => echoRequest({ src: A, dst: B, id: 7, seq });
const pings = (host: string, times: readonly number[]) =>
  times.reduce((one, ms, i) => one.see(ms, 3, 'out', ping(i)), new ScriptedCapture(host));

/** Of five frames. */
const MIDDLE = [100, 200, 300];

const sameAs = async (...captures: readonly ScriptedCapture[]) =>
  (await correlate(captures.map((one) => one.input()))).coverage.map((one) => one.sameAs);

describe('captures of two hosts', () => {
  it('are one, where they hold the same frames', async () => {
    const captures = () => [pings('A', [0, ...MIDDLE, 1000]), pings('B', [0, ...MIDDLE, 1000])] as const;
    expect(await sameAs(...captures())).toEqual(['B/any.pcap', 'A/any.pcap']);
    expect(copiesOf(await correlate(captures().map((one) => one.input())))).toEqual([
      { kind: 'same-capture', host: 'B', file: 'B/any.pcap', other: 'A', otherFile: 'A/any.pcap' },
    ]);
  });

  it('are two, where first and last differ by a nanosecond, or what they hold', async () => {
    const none = [null, null];
    expect(await sameAs(pings('A', [0, ...MIDDLE, 1000]), pings('B', [0.000001, ...MIDDLE, 1000]))).toEqual(
      none,
    );
    expect(await sameAs(pings('A', [0, ...MIDDLE, 1000]), pings('B', [0, ...MIDDLE, 1000.000001]))).toEqual(
      none,
    );
    expect(await sameAs(pings('A', [0, ...MIDDLE, 1000]), pings('B', [0, ...MIDDLE, 500, 1000]))).toEqual(
      none,
    );
    const reply = echoReply({ src: B, dst: A, id: 7, seq: 1 });
    const answered = pings('B', [0, ...MIDDLE]).see(1000, 3, 'out', reply);
    expect(await sameAs(pings('A', [0, ...MIDDLE, 1000]), answered)).toEqual(none);
  });

  it('are two, where one is longer', async () => {
    const inputs = (bytes: readonly number[]) =>
      ['A', 'B'].map((host, i) => {
        const input = pings(host, [0, ...MIDDLE, 1000]).input();
        return { ...input, reader: Object.assign(input.reader, { captureBytes: bytes[i] }) };
      });
    const told = async (...bytes: readonly number[]) =>
      (await correlate(inputs(bytes))).coverage.map((one) => one.sameAs);
    expect(await told(900, 900)).toEqual(['B/any.pcap', 'A/any.pcap']);
    expect(await told(900, 901)).toEqual([null, null]);
  });

  it('may see a few frames at the same time', async () => {
    expect(await sameAs(pings('A', [0]), pings('B', [0]))).toEqual([null, null]);
    expect(await sameAs(pings('A', [0, ...MIDDLE]), pings('B', [0, ...MIDDLE]))).toEqual([null, null]);
    const [A0, B0] = ['A', 'B'].map((host) => pings(host, [0, 0, 0, 0, 0]));
    expect(await sameAs(A0, B0)).toEqual([null, null]);
  });

  it('are not looked at within one host', async () => {
    const parts = ['a', 'b'].map((file) =>
      [0, ...MIDDLE, 1000].reduce(
        (one, ms, i) => one.see(ms, 3, 'out', ping(i)),
        new ScriptedCapture('A', file),
      ),
    );
    expect(await sameAs(...parts)).toEqual([null, null]);
  });
});
