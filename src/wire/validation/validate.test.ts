import { describe, expect, it } from 'vitest';
import { SchemaTable } from '../model/schema-table.ts';
import type { AstShape } from '../model/smithy-ast.ts';
import { codePointCount, VIOLATIONS_MAX, validate } from './validate.ts';
import { formatViolations } from './violation-text.ts';

const string = (traits: Record<string, unknown>): AstShape => ({ type: 'string', traits });
const SHAPES: Record<string, AstShape> = {
  't#Name': string({ 'smithy.api#length': { min: 2, max: 4 }, 'smithy.api#pattern': '^(?:[a-z😀]*)$' }),
  't#Secret': string({ 'smithy.api#length': { max: 2 }, 'smithy.api#sensitive': {} }),
  't#Color': { type: 'enum', members: { RED: { target: 'smithy.api#Unit' }, BLUE: { target: 'smithy.api#Unit' } } },
  't#Count': { type: 'integer', traits: { 'smithy.api#range': { min: 1, max: 9 } } },
  't#Names': { type: 'list', member: { target: 't#Name' }, traits: { 'smithy.api#length': { max: 2 } } },
  't#Set': { type: 'list', member: { target: 't#Inner' }, traits: { 'smithy.api#uniqueItems': {} } },
  't#Inner': {
    type: 'structure',
    members: { Key: { target: 'smithy.api#String', traits: { 'smithy.api#required': {} } } },
  },
  't#Inners': { type: 'list', member: { target: 't#Inner' } },
  't#Map': { type: 'map', key: { target: 't#Name' }, value: { target: 't#Count' } },
  't#Free': { type: 'structure', members: { any: { target: 'smithy.api#String' } } },
  't#Input': {
    type: 'structure',
    members: {
      Name: { target: 't#Name' },
      Secret: { target: 't#Secret' },
      Color: { target: 't#Color' },
      Count: { target: 't#Count' },
      Names: { target: 't#Names' },
      Set: { target: 't#Set' },
      TagList: { target: 't#Inners' },
      Map: { target: 't#Map' },
      Again: { target: 't#Input' },
    },
  },
};
const table = new SchemaTable({ smithy: '2.0', shapes: SHAPES });
const INPUT = table.schemaOf('t#Input');
const text = (input: object, showsValue = true) => formatViolations(validate(INPUT, input), { showsValue });
const one = (rest: string) => `1 validation error detected: ${rest}`;

describe('validation', () => {
  it('accepts what the model allows, recursion included', () => {
    expect(
      validate(INPUT, { Name: 'ab', Count: 9, Color: 'RED', Names: ['ab'], Map: { ab: 1 }, Again: { Name: 'cd' } }),
    ).toEqual([]);
  });

  it.each([
    [
      { Name: 'a' },
      "Value 'a' at 'name' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
    [
      { Name: 'abcde' },
      "Value 'abcde' at 'name' failed to satisfy constraint: Member must have length less than or equal to 4",
    ],
    [
      { Name: 'AB' },
      "Value 'AB' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z😀]*",
    ],
    [
      { Color: 'red' },
      "Value 'red' at 'color' failed to satisfy constraint: Member must satisfy enum value set: [RED, BLUE]",
    ],
    [
      { Count: 10 },
      "Value '10' at 'count' failed to satisfy constraint: Member must have value less than or equal to 9",
    ],
    [
      { Names: ['ab', 'x'] },
      "Value 'x' at 'names.2.member' failed to satisfy constraint: Member must have length greater than or equal to 2",
    ],
    [
      { Names: ['ab', 'ab', 'ab'] },
      "Value '[ab, ab, ab]' at 'names' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
    [{ TagList: [{}] }, "Value null at 'tagList.1.member.key' failed to satisfy constraint: Member must not be null"],
    [
      { Set: [{ Key: 'a' }, { Key: 'a' }] },
      "Value '[{Key=a}, {Key=a}]' at 'set' failed to satisfy constraint: Member must have unique values",
    ],
    [
      { Map: { ab: 0 } },
      "Value '0' at 'map.ab' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      { Again: { Count: 0 } },
      "Value '0' at 'again.count' failed to satisfy constraint: Member must have value greater than or equal to 1",
    ],
    [
      { Secret: 'abc' },
      "Value at 'secret' failed to satisfy constraint: Member must have length less than or equal to 2",
    ],
  ])('words %j as AWS does', (input, expected) => {
    expect(text(input)).toBe(one(expected));
  });

  it('counts characters, not UTF-16 units', () => {
    expect(validate(INPUT, { Name: '😀😀😀😀' })).toEqual([]);
    expect(codePointCount('😀a\ud83d')).toBe(3);
  });

  it('lists several, leaves values out on request, and stops counting somewhere', () => {
    expect(text({ Name: 'a', Count: 0 }, false)).toBe(
      "2 validation errors detected: Value at 'name' failed to satisfy constraint: Member must have length greater than or equal to 2; Value at 'count' failed to satisfy constraint: Member must have value greater than or equal to 1",
    );
    expect(validate(INPUT, { TagList: Array.from({ length: 100 }, () => ({})) })).toHaveLength(VIOLATIONS_MAX);
  });

  it('knows which shapes can break nothing', () => {
    expect(table.schemaOf('t#Free').constrained).toBe(false);
    expect(INPUT.constrained).toBe(true);
  });
});
