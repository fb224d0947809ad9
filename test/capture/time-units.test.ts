import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TimeUnits } from '../../src/capture/time-units.ts';

/** The same with BigInt, which is exact by nature. */
function expected(resolution: number, stamp: bigint): [number, number] {
  const exponent = BigInt(resolution & 0x7f);
  const perSecond = resolution > 0x7f ? 2n ** exponent : 10n ** exponent;
  const rest = stamp % perSecond;
  return [Number(stamp / perSecond), Number((rest * 1_000_000_000n) / perSecond)];
}

function split(units: TimeUnits, stamp: bigint): [number, number] {
  units.split(Number(stamp >> 32n), Number(stamp & 0xffffffffn));
  return [units.seconds, units.nanos];
}

describe('TimeUnits', () => {
  const resolutions = [
    0, 1, 3, 6, 7, 9, 10, 12, 18, 19, 30, 127, 0x80, 0x81, 0x8a, 0x94, 0xa0, 0xa1, 0xbf, 0xc0, 0xd0, 0xff,
  ];
  for (const resolution of resolutions) {
    test(`if_tsresol ${resolution} agrees with BigInt for every stamp`, () => {
      const units = new TimeUnits(resolution, 0);
      fc.assert(
        fc.property(fc.bigInt(0n, 2n ** 64n - 1n), fc.integer({ min: -5000, max: 5000 }), (stamp, near) => {
          expect(split(units, stamp)).toEqual(expected(resolution, stamp));
          // Stamps near the one before take the short way.
          const next = BigInt.asUintN(64, stamp + BigInt(near));
          expect(split(units, next)).toEqual(expected(resolution, next));
        }),
        { numRuns: 300 },
      );
    });
  }

  test('seconds begin and end where they should', () => {
    const units = new TimeUnits(9, 0);
    for (const stamp of [
      0n,
      999_999_999n,
      1_000_000_000n,
      999_999_999n,
      4_294_967_296n,
      5_000_000_000n,
      4_999_999_999n,
    ]) {
      expect(split(units, stamp)).toEqual(expected(9, stamp));
    }
  });

  test('an offset in seconds is added, whole', () => {
    const units = new TimeUnits(6, -3600);
    expect(split(units, 1795442400_123456n)).toEqual([1795438800, 123456000]);
    expect(split(units, 1795442400_123457n)).toEqual([1795438800, 123457000]);
  });

  test('the resolution in nanoseconds', () => {
    expect(new TimeUnits(6, 0).resolutionNs).toBe(1000);
    expect(new TimeUnits(9, 0).resolutionNs).toBe(1);
    expect(new TimeUnits(12, 0).resolutionNs).toBe(0.001);
    expect(new TimeUnits(0x8a, 0).resolutionNs).toBe(1e9 / 1024);
  });
});
