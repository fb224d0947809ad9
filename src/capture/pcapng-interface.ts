import type { CaptureInterface } from './frame.ts';
import {
  IF_DESCRIPTION,
  IF_FILTER,
  IF_NAME,
  IF_TSOFFSET,
  IF_TSRESOL,
  type OptionCursor,
  optionText,
} from './pcapng-options.ts';
import { TimeUnits } from './time-units.ts';

/** Bytes of a name, description or filter that are kept. */
const TEXT_KEPT = 256;
/** Microseconds, where no option says otherwise (draft-ietf-opsawg-pcapng section 4.2). */
const DEFAULT_RESOLUTION = 6;

/** An interface of the section that is being walked. */
export interface PcapngInterface {
  readonly facts: CaptureInterface;
  /** Of the facts; here as well because each frame asks for them. */
  readonly id: number;
  readonly linkType: number;
  readonly units: TimeUnits;
}

/** `at`: link type (2), reserved (2), snap length (4); the cursor stands before the options. */
export function readInterface(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  little: boolean,
  options: OptionCursor,
  id: number,
): PcapngInterface {
  let name: string | null = null;
  let description: string | null = null;
  let filter: string | null = null;
  let resolution = DEFAULT_RESOLUTION;
  let offsetSeconds = 0;
  while (options.advance()) {
    const { code, length } = options;
    if (code === IF_NAME) name = optionText(bytes, options.at, length, TEXT_KEPT);
    else if (code === IF_DESCRIPTION) description = optionText(bytes, options.at, length, TEXT_KEPT);
    // The first byte tells the kind: 0 is libpcap's filter text, 1 compiled code.
    else if (code === IF_FILTER && length > 1 && bytes[options.at] === 0)
      filter = optionText(bytes, options.at + 1, length - 1, TEXT_KEPT);
    else if (code === IF_TSRESOL && length >= 1) resolution = bytes[options.at];
    else if (code === IF_TSOFFSET && length >= 8) offsetSeconds = signed64(view, options.at, little);
  }
  const units = new TimeUnits(resolution, offsetSeconds);
  const linkType = view.getUint16(at, little);
  const snapLength = view.getUint32(at + 4, little);
  const { resolutionNs } = units;
  const facts = { id, name, description, filter, linkType, snapLength, resolutionNs };
  return { facts, id, linkType, units };
}

function signed64(view: DataView, at: number, little: boolean): number {
  const high = view.getInt32(little ? at + 4 : at, little);
  return high * 0x100000000 + view.getUint32(little ? at : at + 4, little);
}
