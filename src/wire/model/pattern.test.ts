import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { compilePattern, mayBacktrack } from './pattern.ts';
import type { AstModel } from './smithy-ast.ts';

function modelPatterns(): readonly string[] {
  const models = readdirSync('models').map((file) => JSON.parse(readFileSync(`models/${file}`, 'utf8')) as AstModel);
  const patterns = models.flatMap((model) =>
    Object.values(model.shapes).map((shape) => shape.traits?.['smithy.api#pattern']),
  );
  return [...new Set(patterns.filter((pattern) => typeof pattern === 'string'))];
}

/** Texts that make a backtracking engine despair: long runs that fail at the very end. */
const HOSTILE = ['a', '0', '.', '/', ' ', '$.a.a', 'a.', 's3://a/', ':', '(', 'A-', '\u{1f600}'].flatMap((unit) => [
  `${unit.repeat(2000)}\n!`,
  `$${unit.repeat(2000)}!\u0000`,
]);

describe('patterns of the models', () => {
  it('all compile', () => {
    expect(modelPatterns().length).toBeGreaterThan(100);
    for (const source of modelPatterns()) compilePattern(source).matches('x');
  });

  it('answer hostile texts in bounded time', () => {
    for (const source of modelPatterns()) {
      const pattern = compilePattern(source);
      const startedMs = performance.now();
      for (const text of HOSTILE) pattern.matches(text);
      expect(performance.now() - startedMs, source).toBeLessThan(2000);
    }
  });

  it('print without the anchors that the models add', () => {
    expect(compilePattern('^(?:\\S+)$').text).toBe('\\S+');
    expect(compilePattern('^import-task-[a-f]{32}$').text).toBe('^import-task-[a-f]{32}$');
  });

  it('count a pair of surrogates as the one character it is', () => {
    expect(
      compilePattern('^(?:[\\u0020-\\uD7FF\\uE000-\\uFFFD\\uD800\\uDC00-\\uDBFF\\uDFFF\\t]*)$').matches('a😀'),
    ).toBe(true);
    expect(compilePattern('^(?:.)$').matches('😀')).toBe(true);
  });
});

describe('mayBacktrack', () => {
  it.each(['^([0-9]+)+$', '^(?:\\$(\\.[a-z]+)*)$', '^(a|b+){2,}$', 'a*b*c*'])('fears %s', (source) => {
    expect(mayBacktrack(source)).toBe(true);
  });
  it.each(['^\\S+$', '^[a+*(]+$', '^([a-z])*$', '^\\(+x{3}$'])('trusts %s', (source) => {
    expect(mayBacktrack(source)).toBe(false);
  });
});
