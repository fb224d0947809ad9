import { openCapture } from '../../src/capture/open.ts';
import { PacketCounts } from '../../src/decode/counts.ts';
import { decodeFrame } from '../../src/decode/decode.ts';
import { Packet } from '../../src/decode/packet.ts';

/** Walks and decodes a capture, as a process of its own: prints frames, followed frames, seconds and peak memory. */
const [file, chunkBytes] = process.argv.slice(2);
const begin = process.hrtime.bigint();
const opened = await openCapture(file, chunkBytes ? { chunkBytes: Number(chunkBytes) } : {});
if (!opened.ok) throw new Error(JSON.stringify(opened.error));
const packet = new Packet();
const counts = new PacketCounts();
const sink = {
  frame(frame: Parameters<typeof decodeFrame>[0]): void {
    decodeFrame(frame, packet);
    counts.add(packet);
  },
};
while (await opened.value.next(sink));
const seconds = Number(process.hrtime.bigint() - begin) / 1e9;
const { frames } = opened.value.facts();
const followed = counts.echo4Requests + counts.echo4Replies + counts.syn + counts.synAck;
const residentMb = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(`${JSON.stringify({ frames, followed, seconds, residentMb })}\n`);
await opened.value.close();
