import { expect, test } from 'vitest';
import { searchableFields } from './form-model.ts';
import { parseFormModel } from './smithy-parser.ts';
import { SmithyError } from './smithy-tokens.ts';
import { SYSTEM_FORM_TYPES } from './system-types.ts';
import { findContentFault } from './validate-content.ts';

const MODEL = `$version: "2"
namespace example // with a comment
use amazon.datazone#searchable

@documentation("A model of training")
structure Training {
  @required
  @amazon.datazone#searchable
  name: String,
  @searchable(modes: ["TECHNICAL"])
  code: Code
  @amazon.datazone#sortable
  @range(min: 1, max: 10)
  rounds: Integer = 1
  @amazon.datazone#glossaryterm("abc")
  terms: Terms
  @amazon.datazone#requiredForCondition(actions: ["PUBLISHING", "SUBSCRIPTION"])
  owner: String
  stage: Stage
  scores: Scores
  inner: Inner
  at: Timestamp
  isDone: Boolean
  share: Double
  any: Document
}
@length(min: 2, max: 4) @pattern("^[a-z]+$")
string Code
list Terms { member: String }
map Scores { key: String value: Float }
enum Stage { OPEN CLOSED = "closed" }
structure Inner { @required to: Inner2 }
structure Inner2 { back: Inner }
`;

test('a model is read with its traits', () => {
  const { fields } = parseFormModel(MODEL, 'Training');
  expect(Object.fromEntries(fields)).toMatchObject({
    name: { target: 'String', traits: { isRequired: true, isSearchable: true } },
    code: { target: 'Code', traits: { isSearchable: true } },
    rounds: { traits: { isSortable: true, range: { min: 1, max: 10 } } },
    terms: { traits: { glossaryId: 'abc' } },
    owner: { traits: { requiredFor: ['PUBLISHING', 'SUBSCRIPTION'] } },
  });
  expect(searchableFields(parseFormModel(MODEL, 'Training'))).toEqual(['name', 'code']);
});

test('without a structure of the name of the type the only one is the form', () => {
  expect([...parseFormModel('structure Other { a: String }', 'Form').fields.keys()]).toEqual(['a']);
  expect(() => parseFormModel('structure A { a: String } structure B { b: String }', 'Form')).toThrow(
    'there is no structure Form',
  );
});

test.each([
  ['a mark too few', 'structure Form {\n  a: String', 2, 'a name is expected where the end stands'],
  ['a shape that is not defined', 'structure Form {\n\n a: Strnig }', 3, 'the shape Strnig is not defined'],
  ['a shape defined twice', 'structure Form { }\nlist Form { member: String }', 2, 'the shape Form is defined already'],
  ['a member defined twice', 'structure Form {\n a: String\n a: String }', 3, 'the member a is defined already'],
  ['a trait that nobody knows', 'structure Form {\n @magic\n a: String }', 2, 'the trait @magic is not known'],
  ['a union', 'union Form { a: String }', 1, 'union has no place in the model of a form'],
  ['a list of nothing', 'structure Form {}\nlist L { item: String }', 2, 'needs the member member'],
  ['a mode that is none', 'structure Form {\n @searchable(modes: ["LOUD"]) a: String }', 2, 'needs some of LEXICAL'],
  ['an action that is none', 'structure Form { @requiredForCondition(actions: []) a: String }', 1, 'needs some of'],
  ['bounds that are none', 'structure Form { @length(least: 1) a: String }', 1, 'needs min or max'],
  ['a pattern that is none', 'structure Form { @pattern("(") a: String }', 1, 'the pattern cannot be read'],
  ['a character of no meaning', 'structure Form { a: String; }', 1, "';' is not expected here"],
  ['an escape that is none', '@documentation("\\q") structure Form {}', 1, 'has an escape that is none'],
  ['values nested without end', `structure Form {\n@tags(${'['.repeat(60)}`, 2, 'values are nested too deeply'],
])('%s is refused with its line', (_, source, line, message) => {
  try {
    parseFormModel(source, 'Form');
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(SmithyError);
    expect((error as SmithyError).message).toContain(message);
    expect((error as SmithyError).line).toBe(line);
  }
});

test.each([
  [{ name: 'n' }, undefined],
  [{}, 'name is required'],
  [{ name: null }, 'name is required'],
  [{ name: 1 }, 'name is not of type string'],
  [{ name: 'n', code: 'a' }, 'code has not the length it needs'],
  [{ name: 'n', code: 'ab' }, undefined],
  [{ name: 'n', code: 'abcde' }, 'code has not the length it needs'],
  [{ name: 'n', code: 'AB' }, 'code does not match ^[a-z]+$'],
  [{ name: 'n', rounds: 10 }, undefined],
  [{ name: 'n', rounds: 11 }, 'rounds is out of range'],
  [{ name: 'n', rounds: 1.5 }, 'rounds is not of type integer'],
  [{ name: 'n', terms: ['a', 2] }, 'terms[1] is not of type string'],
  [{ name: 'n', terms: {} }, 'terms is not a list'],
  [{ name: 'n', stage: 'closed' }, undefined],
  [{ name: 'n', stage: 'CLOSED' }, 'stage is none of OPEN, closed'],
  [{ name: 'n', scores: { a: 1.5 } }, undefined],
  [{ name: 'n', scores: { a: 'b' } }, 'scores.a is not of type number'],
  [{ name: 'n', scores: [] }, 'scores is not an object'],
  [{ name: 'n', inner: { to: { back: { to: {} } } } }, undefined],
  [{ name: 'n', inner: { to: { back: {} } } }, 'inner.to.back.to is required'],
  [{ name: 'n', at: '2025-07-15T04:37:23Z', isDone: true, share: 0.5, any: [{}] }, undefined],
  [{ name: 'n', at: 'soon' }, 'at is not of type timestamp'],
  [{ name: 'n', isDone: 'yes' }, 'isDone is not of type boolean'],
  [{ name: 'n', more: 1 }, 'more is not a field of the form'],
])('content %j: %s', (content, fault) => {
  expect(findContentFault(parseFormModel(MODEL, 'Training'), content, { isOpen: false })).toBe(fault);
});

test('open forms carry what their model does not name', () => {
  expect(findContentFault(parseFormModel(MODEL, 'Training'), { name: 'n', more: 1 }, { isOpen: true })).toBeUndefined();
});

test.each(SYSTEM_FORM_TYPES.map((type) => [type.name, type] as const))('the model of %s can be read', (name, type) => {
  expect(parseFormModel(type.smithy, name).fields.size).toBeGreaterThan(0);
});
