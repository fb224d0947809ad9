import { describe, expect, it } from 'vitest';
import { correlate } from '../../src/exchange/correlate.ts';
import { type Findings, find } from '../../src/finding/find.ts';
import { ScriptedCapture } from '../exchange/support/capture.ts';
import { ACK, echoReply, echoRequest, RST, SYN, tcp } from '../exchange/support/packets.ts';

/** One capture of a network whose hosts nobody describes; the last request is sent at two seconds. */

const [ONE, OTHER] = ['10.2.0.100', '10.4.0.100'];
const ping = { src: ONE, dst: OTHER, id: 7, seq: 1, data: 'stamp' };
const syn = { src: ONE, dst: '10.4.0.101', srcPort: 40000, dstPort: 443, seq: 1000 };

async function foundIn(capture: ScriptedCapture): Promise<Findings> {
  return find(await correlate([capture.input()]), [], new Set());
}

const asked = () => new ScriptedCapture('A').see(2000, 2, 'out', tcp(syn, SYN));
const answered = () =>
  new ScriptedCapture('A')
    .see(0, 2, 'out', echoRequest(ping))
    .see(1, 2, 'in', echoReply({ ...ping, src: OTHER, dst: ONE }))
    .see(2000, 2, 'out', tcp(syn, SYN));
/** A segment of another connection: the capture went on until then. */
const goesOn = (capture: ScriptedCapture, ms: number) =>
  capture.see(ms, 2, 'in', tcp({ src: OTHER, dst: ONE, srcPort: 22, dstPort: 50000, seq: 1, ack: 1 }, ACK));

describe('a request at the very end of a capture', () => {
  it('is undecided where others were answered', async () => {
    const { findings, exchanges } = await foundIn(goesOn(answered(), 2400));
    expect(findings).toEqual([]);
    expect(exchanges).toEqual({ total: 2, answered: 1, failed: 0, undecided: 1 });
  });

  it('got no reply where the capture went on', async () => {
    const { findings } = await foundIn(goesOn(answered(), 2600));
    expect(findings.map(({ level, kind }) => `${level} ${kind}`)).toEqual(['error no-reply-seen']);
  });

  it('got no reply where nothing was answered: the silence is what was captured', async () => {
    const { findings } = await foundIn(goesOn(asked(), 2400));
    expect(findings.map(({ level, kind }) => `${level} ${kind}`)).toEqual(['error no-reply-seen']);
  });
});

describe('an answer at the very end of a capture', () => {
  const reset = { src: '10.4.0.101', dst: ONE, srcPort: 443, dstPort: 40001, seq: 0, ack: 2001 };
  const again = { ...syn, srcPort: 40001, seq: 2000 };

  it('counts, though others of its kind went well: a refusal is seen, not missed', async () => {
    const synAck = { src: '10.4.0.101', dst: ONE, srcPort: 443, dstPort: 40000, seq: 5, ack: 1001 };
    const capture = asked()
      .see(2001, 2, 'in', tcp(synAck, SYN | ACK))
      .see(2002, 2, 'out', tcp({ ...syn, seq: 1001, ack: 6 }, ACK))
      .see(2400, 2, 'out', tcp(again, SYN))
      .see(2401, 2, 'in', tcp(reset, RST | ACK));
    const { findings } = await foundIn(capture);
    expect(findings.map(({ level, kind }) => `${level} ${kind}`)).toEqual(['error refused']);
  });
});
