import { nanosBetween } from '../../addr/time.ts';
import type { CaptureFacts, CaptureInterface } from '../../capture/frame.ts';
import type { PacketCounts } from '../../decode/counts.ts';
import { isWhole, type ReadCapture } from '../capture-info.ts';
import { counted } from '../counts-words.ts';
import { damageMessage } from '../damage-words.ts';
import { linkTypeName, linkTypeWords } from '../link-type-words.ts';
import { duration, spanOf, type Zone } from '../moment.ts';
import { prose } from './prose.ts';
import { paint, piece, type Row, type Style } from './row.ts';

export interface InfoOptions {
  readonly width: number;
  readonly color: boolean;
  readonly zone: Zone;
  readonly verbose: boolean;
}

/** Interfaces listed; a capture may describe thousands. */
const MOST_INTERFACES = 8;
const LABEL = 12;

/** What a capture holds and whether it is whole, a line or two of prose for each question. */
export function renderInfo(info: ReadCapture, options: InfoOptions): string {
  const { facts, counts } = info;
  const line = (label: string, text: string, style: Style = 'plain') =>
    prose(`  ${label.padEnd(LABEL)}`, 'context', text, options.width, LABEL + 2, style);
  const rows: Row[] = [
    [piece(facts.file, 'strong')],
    ...line('format', formatWords(info)),
    ...line('frames', framesWords(info, options.zone)),
    ...interfaceRows(facts, options, line),
    ...line('holds', countWords(counts)),
    ...info.undecoded.flatMap((one) =>
      line('not decoded', `${counted(one.frames, 'frame')} of ${linkTypeWords(one.linkType)}`, 'warning'),
    ),
    ...(facts.dropped ? line('dropped', droppedWords(facts.dropped), 'warning') : []),
    ...facts.damage.flatMap((one) =>
      line('damage', `frame ${one.frame}, byte ${one.offset}: ${damageMessage(one)}`, 'error'),
    ),
    ...(isWhole(info) ? line('whole', 'yes', 'good') : []),
  ];
  return paint(rows, options.color);
}

function formatWords({ facts, bytes }: ReadCapture): string {
  const { format, byteOrder, compression } = facts;
  const packed = compression === 'none' ? '' : ` in ${compression}`;
  return `${format}${packed}, ${byteOrder}-endian, ${counted(bytes, 'byte')}`;
}

function framesWords({ facts, first, last, backwards }: ReadCapture, zone: Zone): string {
  if (!first || !last) return facts.frames === 0 ? 'none' : `${facts.frames}, without times`;
  const span = `${spanOf(first, last, zone)} (${duration(nanosBetween(last, first))})`;
  const order = backwards === 0 ? '' : `; ${counted(backwards, 'time')} out of order`;
  return `${facts.frames}, ${span}${order}`;
}

type Line = (label: string, text: string) => Row[];

function interfaceRows({ interfaces }: CaptureFacts, { verbose }: InfoOptions, line: Line): Row[] {
  const shown = verbose ? interfaces : interfaces.slice(0, MOST_INTERFACES);
  const more = interfaces.length - shown.length;
  return [
    ...shown.flatMap((one) => line('interface', interfaceWords(one))),
    ...(more > 0 ? line('', `and ${more} more interfaces`) : []),
  ];
}

function interfaceWords({ name, filter, linkType, snapLength, resolutionNs }: CaptureInterface): string {
  const parts = [
    ...(name === null ? [] : [name]),
    linkTypeName(linkType) ?? linkTypeWords(linkType),
    snapLength === 0 ? 'no snap length' : `snap length ${snapLength}`,
    `times in ${unitWords(resolutionNs)}`,
    ...(filter === null ? [] : [`filter '${filter}'`]),
  ];
  return parts.join(', ');
}

function unitWords(resolutionNs: number): string {
  if (resolutionNs === 1) return 'ns';
  return resolutionNs < 1 ? `units of ${resolutionNs} ns` : `units of ${duration(resolutionNs)}`;
}

const HELD: readonly (readonly [keyof PacketCounts, string])[] = [
  ['echo4Requests', 'echo request'],
  ['echo4Replies', 'echo reply'],
  ['echo6Requests', 'ICMPv6 echo request'],
  ['echo6Replies', 'ICMPv6 echo reply'],
  ['icmpErrors4', 'ICMP error'],
  ['icmpErrors6', 'ICMPv6 error'],
  ['syn', 'SYN'],
  ['synAck', 'SYN-ACK'],
  ['rst', 'RST'],
  ['arpRequests', 'ARP request'],
  ['arpReplies', 'ARP reply'],
  ['vlanTagged', 'VLAN-tagged frame'],
  ['fragments', 'fragment'],
];

function countWords(counts: PacketCounts): string {
  const held = HELD.map(([key, noun]) => [counts[key] as number, noun] as const).filter(
    ([count]) => count > 0,
  );
  const words = held.map(([count, noun]) => counted(count, noun).replace(/replys$/, 'replies'));
  const cut = counts.notDecoded > 0 ? `; ${counted(counts.notDecoded, 'frame')} not decoded to the end` : '';
  return `${words.length > 0 ? words.join(', ') : 'nothing that is followed'}${cut}`;
}

function droppedWords(dropped: number): string {
  return `${counted(dropped, 'packet')} by the kernel while capturing; a larger buffer (tcpdump -B) or a filter helps`;
}
