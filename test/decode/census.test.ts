import { expect, test } from 'vitest';
import { FrameView } from '../../src/capture/frame.ts';
import { Census } from '../../src/decode/census.ts';
import { hex } from './decode-bytes.ts';
import { ECHO_REQUEST, ipv4 } from './packets.ts';

/** A time as `[seconds, nanos]`, or undefined for a record that bears none. */
type Moment = readonly [number, number] | undefined;

function censusOf(times: readonly Moment[], linkType = 101): Census {
  const census = new Census();
  const frame = new FrameView();
  frame.bytes = hex(ipv4('00 26', '01') + ECHO_REQUEST);
  frame.view = new DataView(frame.bytes.buffer);
  frame.capturedLength = frame.originalLength = frame.bytes.length;
  frame.linkType = linkType;
  for (const time of times) {
    frame.timed = time !== undefined;
    [frame.seconds, frame.nanos] = time ?? [0, 0];
    census.frame(frame);
  }
  return census;
}

test('counts every frame, whether it bears a time or not', () => {
  expect(censusOf([[5, 0], undefined, [6, 0]]).counts.echo4Requests).toBe(3);
});

test('knows no first and last time where no frame bears one', () => {
  expect(censusOf([])).toMatchObject({ first: null, last: null });
  expect(censusOf([undefined])).toMatchObject({ first: null, last: null, backwards: 0 });
});

test.each<[string, Moment[], { first: number[]; last: number[]; backwards: number }]>([
  ['one frame', [[5, 7]], { first: [5, 7], last: [5, 7], backwards: 0 }],
  [
    'in order, by nanoseconds too',
    [
      [5, 7],
      [5, 8],
      [6, 1],
    ],
    { first: [5, 7], last: [6, 1], backwards: 0 },
  ],
  [
    'the same time again',
    [
      [5, 7],
      [5, 7],
    ],
    { first: [5, 7], last: [5, 7], backwards: 0 },
  ],
  [
    'back by a second',
    [
      [5, 7],
      [4, 9],
    ],
    { first: [4, 9], last: [5, 7], backwards: 1 },
  ],
  [
    'back by a nanosecond',
    [
      [5, 7],
      [5, 6],
    ],
    { first: [5, 6], last: [5, 7], backwards: 1 },
  ],
])('%s', (_, times, { first, last, backwards }) => {
  const census = censusOf(times);
  expect([census.first, census.last]).toEqual([
    { seconds: first[0], nanos: first[1] },
    { seconds: last[0], nanos: last[1] },
  ]);
  expect(census.backwards).toBe(backwards);
});

test('back is measured from the frame before, not from the latest', () => {
  // 9 to 5 goes back; 5 to 6 does not, although 9 came before.
  const census = censusOf([[9, 0], [5, 0], [6, 0], undefined, [6, 0]]);
  expect(census.backwards).toBe(1);
  expect([census.first?.seconds, census.last?.seconds]).toEqual([5, 9]);
});

test('counts frames of link types that are not decoded, by type', () => {
  expect([
    ...censusOf(
      [
        [1, 0],
        [2, 0],
      ],
      127,
    ).undecoded,
  ]).toEqual([[127, 2]]);
  for (const linkType of [0, 1, 9, 12, 50, 101, 108, 113, 204, 228, 229, 276]) {
    expect(censusOf([[1, 0]], linkType).undecoded.size, String(linkType)).toBe(0);
  }
});
