import { UNFILTERED_ACKS } from '../../../src/exchange/ack-filter.ts';
import { concat } from '../../capture/build.ts';
import { bytesOf, type FileForm, type Shot } from './capture-file.ts';
import { LINKTYPE_ETHERNET, linkedAs } from './link.ts';

/** Of IP protocol 47, which nobody follows. */
const NOT_FOLLOWED = Buffer.from('4500001400000000402f00000a0200640a040064', 'hex');
const PCAP_HEADER_BYTES = 24;
const FIRST_SECTION: FileForm = {
  format: 'pcapng',
  little: true,
  faces: [{ linkType: LINKTYPE_ETHERNET, resolution: 6 }],
};

const made = new Map<string, Uint8Array>();

/**
 * The capture with so many frames before it that segments without a handshake are passed over. Of pcapng they are a
 * section of their own.
 */
export function afterUnfiltered(form: FileForm, shots: readonly Shot[]): Uint8Array {
  const bytes = bytesOf(form, shots);
  if (form.format === 'pcapng') return concat(before(FIRST_SECTION), bytes);
  return concat(before(form), bytes.subarray(PCAP_HEADER_BYTES));
}

function before(form: FileForm): Uint8Array {
  const name = JSON.stringify(form);
  const bytes = made.get(name) ?? bytesOf(form, shotsOf(form));
  made.set(name, bytes);
  return bytes;
}

function shotsOf({ faces: [{ linkType }] }: FileForm): Shot[] {
  const bytes = linkedAs(linkType, NOT_FOLLOWED);
  return Array.from({ length: UNFILTERED_ACKS }, (_, i) => {
    return { time: i * 10_000, face: 0, bytes, cut: null, note: 'none' };
  });
}
