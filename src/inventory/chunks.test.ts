import { expect, test } from 'vitest';
import { chunksOf } from './chunks.ts';

const sizesOf = (count: number, size?: number) =>
  [
    ...chunksOf(
      Array.from({ length: count }, (_, index) => index),
      size,
    ),
  ].map((chunk) => chunk.length);

test('all items come once, in order, in pieces of few different sizes', () => {
  const items = Array.from({ length: 1337 }, (_, index) => index);
  expect([...chunksOf(items, 100)].flat()).toEqual(items);
  expect(sizesOf(1337)).toEqual([512, 512, 256, 32, 16, 8, 1]);
  expect(sizesOf(200, 64)).toEqual([64, 64, 64, 8]);
  expect(sizesOf(3, 1)).toEqual([1, 1, 1]);
  expect(sizesOf(2, 0.5)).toEqual([1, 1]);
  expect(sizesOf(0)).toEqual([]);
});
