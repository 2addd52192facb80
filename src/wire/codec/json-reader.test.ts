import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ServiceModel } from '../model/service-model.ts';
import type { AstModel } from '../model/smithy-ast.ts';
import { JSON_DEPTH_MAX, parseJsonBytes, readJson } from './json-reader.ts';
import { formatTimestamp, parseHttpDate, parseStrictDateTime } from './timestamps.ts';

const glue = new ServiceModel(JSON.parse(readFileSync('models/glue.json', 'utf8')) as AstModel);
const read = (text: string) =>
  readJson(glue.operation('CreateDatabase')!.input, parseJsonBytes(Buffer.from(text)), { useJsonName: false });

describe('the JSON reader', () => {
  it('drops unknown members and takes null for absent', () => {
    expect(read('{"DatabaseInput":{"Name":"n","Unknown":1,"Description":null},"x":[]}')).toEqual({
      DatabaseInput: { Name: 'n' },
    });
  });

  it('keeps keys such as __proto__ as the data they are', () => {
    const input = read('{"DatabaseInput":{"Name":"n","Parameters":{"__proto__":"p","constructor":"c"}}}');
    const { Parameters } = (input as { DatabaseInput: { Parameters: object } }).DatabaseInput;
    expect(Object.entries(Parameters)).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
    ]);
    expect(({} as { constructor: unknown }).constructor).toBe(Object);
  });

  it.each([
    '[]',
    'null',
    '1',
    '{',
    '{"DatabaseInput":[]}',
    '{"DatabaseInput":{"Name":1}}',
    '\ufeff{}',
    '{"DatabaseInput":{"Parameters":{"a":null}}}',
  ])('refuses %j', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ kind: 'serialization' }));
  });

  it('refuses nesting beyond its bound', () => {
    const shapes = { 't#R': { type: 'structure', members: { r: { target: 't#R' } } } };
    const model = {
      smithy: '2.0',
      shapes: { ...shapes, 't#S': { type: 'service', traits: { 'aws.protocols#awsJson1_1': {} } } },
    };
    const schema = new ServiceModel(model).schemaOf('t#R');
    const nested = (depth: number) => JSON.parse(`${'{"r":'.repeat(depth)}{}${'}'.repeat(depth)}`) as unknown;
    expect(() => readJson(schema, nested(JSON_DEPTH_MAX), { useJsonName: false })).not.toThrow();
    expect(() => readJson(schema, nested(JSON_DEPTH_MAX + 1), { useJsonName: false })).toThrow(/deeper/);
  });
});

describe('timestamps', () => {
  it('are read strictly and written as they came', () => {
    expect(formatTimestamp(parseStrictDateTime('2014-04-29T18:30:38.120Z')!, 'date-time')).toBe(
      '2014-04-29T18:30:38.12Z',
    );
    expect(formatTimestamp(parseStrictDateTime('2014-04-29T18:30:00Z')!, 'date-time')).toBe('2014-04-29T18:30:00Z');
    expect(formatTimestamp(parseHttpDate('Tue, 29 Apr 2014 18:30:38 GMT')!, 'http-date')).toBe(
      'Tue, 29 Apr 2014 18:30:38 GMT',
    );
    for (const text of ['2014-02-30T00:00:00Z', '2014-04-29T24:00:00Z', '2014-04-29T18:30:38+00:00', '2014-04-29']) {
      expect(parseStrictDateTime(text)).toBeUndefined();
    }
  });
});
