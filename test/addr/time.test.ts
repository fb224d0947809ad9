import { expect, test } from 'vitest';
import { formatIso } from '../../src/addr/time.ts';

test.each([
  [-5, 5000, '@-4.999995000'],
  [-5, 6000, '@-4.999994000'],
  [-1, 1, '@-0.999999999'],
  [-1, 999_999_999, '@-0.000000001'],
  [-1, 0, '@-1.000000000'],
  [0, 0, '1970-01-01T00:00:00.000000000Z'],
  [253402300799, 999_999_999, '9999-12-31T23:59:59.999999999Z'],
  [253402300800, 5, '@253402300800.000000005'],
])('%i seconds and %i nanoseconds are %s', (seconds, nanos, text) => {
  expect(formatIso({ seconds, nanos })).toBe(text);
});
