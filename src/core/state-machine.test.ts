import { expect, test } from 'vitest';
import { renderDiagram, type Transitions, transition } from './state-machine.ts';

const DOOR: Transitions<'open' | 'shut', 'push' | 'pull'> = {
  open: { push: 'shut', pull: null },
  shut: { push: null, pull: 'open' },
};

test('an event moves on or is refused', () => {
  expect(transition(DOOR, 'open', 'push')).toBe('shut');
  expect(transition(DOOR, 'open', 'pull')).toBeUndefined();
});

test('the diagram shows every move and no refusal', () => {
  expect(renderDiagram(DOOR)).toBe('stateDiagram-v2\n  open --> shut: push\n  shut --> open: pull');
});
