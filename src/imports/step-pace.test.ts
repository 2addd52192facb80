import { expect, test } from 'vitest';
import { StepPace } from './step-pace.ts';

test('steps grow while they are quick, and shrink when they are not, within bounds', () => {
  const pace = new StepPace();
  for (let step = 0; step < 20; step += 1) pace.learn(pace.size, pace.size * 0.1);
  expect(pace.size).toBeGreaterThan(380);
  for (let step = 0; step < 20; step += 1) pace.learn(pace.size, pace.size * 0.5);
  expect(pace.size).toBeLessThan(85);
  for (let step = 0; step < 20; step += 1) pace.learn(pace.size, pace.size * 10);
  expect(pace.size).toBe(25);
  for (let step = 0; step < 20; step += 1) pace.learn(pace.size, 0);
  expect(pace.size).toBe(500);
});

test('a step of a few entries changes nothing', () => {
  const pace = new StepPace();
  pace.learn(24, 1000);
  expect(pace.size).toBe(100);
});
