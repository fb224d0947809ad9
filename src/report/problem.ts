import type { CaptureProblem, Damage } from '../capture/frame.ts';
import type { Sighting } from '../exchange/sighting.ts';
import type { StateProblem } from '../linux/host-state.ts';

/** Something wrong with the input, as a value; `problem-words.ts` says it. */
export type Problem = CaptureProblem | StateProblem | DamagedCapture | InputProblem;

export interface DamagedCapture {
  readonly kind: 'damage';
  /** As the user named it; `-` for standard input. */
  readonly file: string;
  readonly damage: Damage;
}

/** What is wrong with the set of inputs as a whole, or with what was made of them. */
export type InputProblem =
  /** The same path was given twice for one host; it is read once. */
  | { readonly kind: 'path-twice'; readonly host: string; readonly path: string }
  /** The same path was given for two hosts. */
  | { readonly kind: 'path-of-two-hosts'; readonly path: string; readonly hosts: readonly string[] }
  /** Captures of two hosts hold the same frames: one was given for the wrong host. */
  | {
      readonly kind: 'same-capture';
      readonly host: string;
      readonly file: string;
      readonly other: string;
      readonly otherFile: string;
    }
  /** Nothing of what was given for a host is a capture or a host state. */
  | { readonly kind: 'host-without-input'; readonly host: string }
  /** No capture could be read: there is nothing to explain. */
  | { readonly kind: 'nothing-to-analyse' }
  /** `--clock HOST=...` names a host that no source does. */
  | { readonly kind: 'unknown-clock-host'; readonly host: string; readonly known: readonly string[] }
  /** Packets the kernel dropped while capturing. */
  | { readonly kind: 'kernel-drops'; readonly host: string; readonly file: string; readonly dropped: number }
  /** The time of a frame lies before that of one before it, by more than several cards or processors make. */
  | { readonly kind: 'time-goes-back'; readonly file: string; readonly frame: number; readonly nanos: number }
  /** The state given for a host does not fit what its captures show of it, and is not used. */
  | {
      readonly kind: 'state-of-another-host';
      readonly host: string;
      readonly frame: Sighting;
      readonly bearer: string | null;
    }
  /** Its interface indexes are not those of the state of its host. */
  | { readonly kind: 'other-indexes'; readonly host: string; readonly file: string }
  /** A host's clock was set while it was captured. */
  | {
      readonly kind: 'clock-set';
      readonly host: string;
      readonly relativeTo: string;
      readonly file: string;
      readonly frame: number;
      /** Forward, or back where negative. */
      readonly nanos: number;
    }
  /** Frames of a link type that is not decoded. */
  | {
      readonly kind: 'link-type-not-decoded';
      readonly file: string;
      readonly linkType: number;
      readonly frames: number | null;
    }
  /** Frames that the snap length cut before what tells requests and replies. */
  | {
      readonly kind: 'frames-cut';
      readonly file: string;
      readonly cut: number;
      readonly frames: number;
    }
  /** Exchanges that left the bounded table before their time. */
  | { readonly kind: 'left-early'; readonly exchanges: number }
  /** Replies that several requests fit. */
  | { readonly kind: 'ambiguous-replies'; readonly replies: number };
