import { expect, test } from 'vitest';
import { formatDouble, formatReal } from './java-text.ts';

test.each([
  [1, '1.0'],
  [0, '0.0'],
  [-0, '-0.0'],
  [0.001, '0.001'],
  [0.00099, '9.9E-4'],
  [9999999.5, '9999999.5'],
  [1e7, '1.0E7'],
  [-1.25e-10, '-1.25E-10'],
  [1e300, '1.0E300'],
  [Number.NaN, 'NaN'],
  [Number.NEGATIVE_INFINITY, '-Infinity'],
])('the double %d is %s', (value, text) => {
  expect(formatDouble(value)).toBe(text);
});

test.each([
  [0.1, '0.1'],
  [16777216, '1.6777216E7'],
  [3.4028234663852886e38, '3.4028235E38'],
])('the real %d is %s', (value, text) => {
  expect(formatReal(Math.fround(value))).toBe(text);
});
