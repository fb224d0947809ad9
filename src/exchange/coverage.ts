import { addNanos, type Time } from '../addr/time.ts';
import type { CaptureSummary } from './correlation.ts';
import type { Coverage } from './exchange.ts';
import { interfaceOfFile, isOneInterface } from './interface-name.ts';
import type { Places } from './places.ts';
import type { CaptureStream } from './stream.ts';

// https://www.tcpdump.org/linktypes.html: captures on `any`.
const LINKTYPE_LINUX_SLL = 113;
const LINKTYPE_LINUX_SLL2 = 276;

/** @param offsetNs the host's clock - reference clock */
export function coverageOf(
  stream: CaptureStream,
  number: number,
  places: Places,
  offsetNs: number,
): Coverage {
  const facts = stream.input.reader.facts();
  const { first, last } = timesOf(stream);
  return {
    host: stream.input.host,
    file: facts.file,
    first: first && addNanos(first, -offsetNs),
    last: last && addNanos(last, -offsetNs),
    interfaces: interfacesOf(stream, number, places),
    directions: directionsOf(number, places),
    dropped: facts.dropped,
    damaged: facts.damage.length > 0,
    frames: stream.recorder.frames,
  };
}

export function summaryOf(stream: CaptureStream): CaptureSummary {
  const { probes, replies, notDecoded } = stream.recorder;
  const facts = stream.input.reader.facts();
  return { host: stream.input.host, facts, ...timesOf(stream), probes, replies, notDecoded };
}

function timesOf({ recorder }: CaptureStream): { first: Time | null; last: Time | null } {
  if (!recorder.timed) return { first: null, last: null };
  return {
    first: { seconds: recorder.firstSeconds, nanos: recorder.firstNanos },
    last: { seconds: recorder.lastSeconds, nanos: recorder.lastNanos },
  };
}

/** What the user or the capture says; a capture on `any` covers all; else the name of the file, or what MACs showed. */
function interfacesOf({ input }: CaptureStream, capture: number, places: Places): readonly string[] | null {
  if (isOneInterface(input.interface)) return [input.interface];
  const { interfaces, file } = input.reader.facts();
  const any = interfaces.some(
    ({ linkType }) => linkType === LINKTYPE_LINUX_SLL || linkType === LINKTYPE_LINUX_SLL2,
  );
  if (any) return null;
  const names = interfaces.map((one) => one.name).filter(isOneInterface);
  if (names.length > 0 && names.length === interfaces.length) return [...new Set(names)];
  const named = interfaceOfFile(file, input.identity);
  if (named !== null) return [named];
  const seen = places.list.filter((place) => place.capture === capture).map((place) => place.interface);
  return [...new Set(seen.filter(isOneInterface))];
}

/** As far as the followed packets show; a capture that shows one direction only may have been taken with `-Q`. */
function directionsOf(capture: number, places: Places): Coverage['directions'] {
  const seen = new Set(
    places.list.filter((place) => place.capture === capture).map((place) => place.direction),
  );
  if (seen.has('in') && seen.has('out')) return 'both';
  if (seen.has('in')) return 'in';
  return seen.has('out') ? 'out' : 'unknown';
}
