import { execFile, execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { formatIp, ipv4 } from '../../src/addr/ip.ts';
import type { FrameView } from '../../src/capture/frame.ts';
import { openCapture } from '../../src/capture/open.ts';
import { decodeFrame } from '../../src/decode/decode.ts';
import * as kinds from '../../src/decode/packet.ts';
import { STOP_NONE } from '../../src/decode/stop.ts';
import { scratch } from '../support/cases.ts';
import { randomCaptures } from './random-capture.ts';

const FIELDS = [
  'frame.number',
  'frame.time_epoch',
  'frame.cap_len',
  'frame.len',
  'vlan.id',
  'ip.src',
  'ip.dst',
  'icmp.type',
  'icmp.ident',
  'icmp.seq',
  'icmpv6.type',
  'icmpv6.echo.identifier',
  'icmpv6.echo.sequence_number',
  'tcp.srcport',
  'tcp.dstport',
  'tcp.seq',
  'tcp.ack_raw',
  'tcp.flags',
  'arp.opcode',
] as const;

type Row = Record<(typeof FIELDS)[number], string>;

function hasTshark(): boolean {
  try {
    execFileSync('tshark', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

async function theirs(file: string): Promise<Row[]> {
  const options = [
    'tcp.relative_sequence_numbers:FALSE',
    'tcp.desegment_tcp_streams:FALSE',
    'ip.defragment:FALSE',
  ];
  const args = [
    '-r',
    file,
    '-n',
    ...options.flatMap((one) => ['-o', one]),
    '-T',
    'fields',
    '-E',
    'occurrence=f',
  ];
  const { stdout } = await promisify(execFile)('tshark', [...args, ...FIELDS.flatMap((one) => ['-e', one])], {
    maxBuffer: 1 << 26,
  });
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => {
    const values = line.split('\t');
    return Object.fromEntries(FIELDS.map((name, at) => [name, values[at] ?? ''])) as Row;
  });
}

interface Mine {
  readonly row: Row;
  /** The snap length cut a header: TShark prints single fields of it, we take it whole or not at all. */
  readonly cut: boolean;
}

/** The same fields from our own reader and decoder. */
async function ours(file: string): Promise<Mine[]> {
  const opened = await openCapture(file, { chunkBytes: 1000 });
  if (!opened.ok) throw new Error(opened.error.kind);
  const rows: Mine[] = [];
  const packet = new kinds.Packet();
  const sink = {
    frame(frame: FrameView): void {
      decodeFrame(frame, packet);
      rows.push({ row: rowOf(frame, packet), cut: packet.stopReason !== STOP_NONE });
    },
  };
  while (await opened.value.next(sink));
  await opened.value.close();
  expect(opened.value.facts().damage).toEqual([]);
  return rows;
}

const EMPTY = Object.fromEntries(FIELDS.map((name) => [name, ''])) as Row;

function rowOf(frame: FrameView, packet: kinds.Packet): Row {
  const four = packet.family === 4;
  return {
    ...EMPTY,
    'frame.number': String(frame.number),
    'frame.time_epoch': `${frame.seconds}.${String(frame.nanos).padStart(9, '0')}`,
    'frame.cap_len': String(frame.capturedLength),
    'frame.len': String(frame.originalLength),
    'vlan.id': packet.vlan < 0 ? '' : String(packet.vlan),
    ...(four && { 'ip.src': formatIp(ipv4(packet.src0)), 'ip.dst': formatIp(ipv4(packet.dst0)) }),
    ...fieldsOf(packet, four),
  };
}

function fieldsOf(packet: kinds.Packet, four: boolean): Partial<Row> {
  const { kind } = packet;
  if (kind === kinds.KIND_ARP_REQUEST) return { 'arp.opcode': '1' };
  if (kind === kinds.KIND_ARP_REPLY) return { 'arp.opcode': '2' };
  if (kind === kinds.KIND_ICMP_ERROR) {
    return {
      'icmp.type': String(packet.icmpType),
      'tcp.srcport': String(packet.quotedSourcePort),
      'tcp.dstport': String(packet.quotedDestinationPort),
      'tcp.seq': String(packet.quotedSeq),
    };
  }
  if (kind === kinds.KIND_ECHO_REQUEST || kind === kinds.KIND_ECHO_REPLY) return echoFields(packet, four);
  return {
    'tcp.srcport': String(packet.sourcePort),
    'tcp.dstport': String(packet.destinationPort),
    'tcp.seq': String(packet.seq),
    'tcp.ack_raw': String(packet.ack),
    'tcp.flags': `0x${packet.tcpFlags.toString(16).padStart(4, '0')}`,
  };
}

function echoFields({ icmpType, sourcePort, destinationPort }: kinds.Packet, four: boolean): Partial<Row> {
  const [type, ident, seq] = [String(icmpType), String(sourcePort), String(destinationPort)];
  if (four) return { 'icmp.type': type, 'icmp.ident': ident, 'icmp.seq': seq };
  const hex = `0x${sourcePort.toString(16).padStart(4, '0')}`;
  return { 'icmpv6.type': type, 'icmpv6.echo.identifier': hex, 'icmpv6.echo.sequence_number': seq };
}

const OF_HEADERS_BEFORE = FIELDS.slice(0, FIELDS.indexOf('icmp.type'));

/** Of an error, TShark goes on to read what is quoted further than we do. */
function comparable(row: Row, cut: boolean): Partial<Row> {
  if (cut) return Object.fromEntries(OF_HEADERS_BEFORE.map((name) => [name, row[name]]));
  return row['icmp.type'] === '3' ? { ...row, 'tcp.ack_raw': '', 'tcp.flags': '' } : row;
}

if (!hasTshark()) test('tshark is not installed', ({ skip }) => skip());
else {
  describe('random captures are read and decoded as TShark does', () => {
    const folder = scratch();
    for (const { name, bytes } of randomCaptures(20261125)) {
      test(name, { timeout: 60_000 }, async () => {
        const file = join(folder, name);
        writeFileSync(file, bytes);
        const [mine, wanted] = await Promise.all([ours(file), theirs(file)]);
        expect(wanted.length).toBe(250);
        expect(mine.map(({ row, cut }) => comparable(row, cut))).toEqual(
          wanted.map((row, index) => comparable(row, mine[index]?.cut ?? false)),
        );
        expect(mine.filter((one) => !one.cut).length).toBeGreaterThan(100);
      });
    }
  });
}
