/**
 * Cases out of a service model: for every member of an operation's input, at every depth, each constraint broken once in
 * an otherwise valid request, and values at the bounds that pass. Reads the model file itself and nothing of the product,
 * so that a fault in the product's reading of it shows.
 */

import { readFileSync } from 'node:fs';
import { textAgainstPattern, textOfLength, validText } from './model-texts.ts';

export interface AstRef {
  readonly target: string;
  readonly traits?: Readonly<Record<string, unknown>>;
}

export interface AstShape {
  readonly type: string;
  readonly traits?: Readonly<Record<string, unknown>>;
  readonly members?: Readonly<Record<string, AstRef>>;
  readonly member?: AstRef;
  readonly key?: AstRef;
  readonly value?: AstRef;
  readonly input?: AstRef;
  readonly errors?: readonly AstRef[];
  readonly operations?: readonly AstRef[];
}

/** What the answer has to be: nothing wrong, a wrong kind of JSON, or a constraint of this class. */
export type Outcome = 'pass' | 'serialization' | 'malformed' | 'outOfRange';
export interface Case {
  /** Member and rule, for a person who reads of a failure. */
  readonly title: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly outcome: Outcome;
}

export interface ModelOperation {
  readonly name: string;
  readonly http: { readonly method: string; readonly uri: string } | undefined;
  readonly input: AstShape;
  readonly errors: ReadonlySet<string>;
  readonly cases: readonly Case[];
}

type Traits = Readonly<Record<string, unknown>>;
type Json = unknown;
/** Builds a whole request around a value of one member; ABSENT leaves the member out. */
type Wrap = (value: Json) => Json;
const ABSENT = Symbol('absent');
const UNIT = 'smithy.api#Unit';
const NO_INPUT: Case = { title: 'no input', input: {}, outcome: 'pass' };
/** A member so bound travels as text, outside the JSON. */
const TEXT_BINDINGS = ['httpLabel', 'httpQuery', 'httpHeader', 'httpPayload'] as const;

/** Text and lists beyond this are not sent: the wire's own bound of a body is tested elsewhere. */
const LENGTH_MAX = 200_000;

export function readModelOperations(file: string): ModelOperation[] {
  return new Model(JSON.parse(readFileSync(file, 'utf8')) as { shapes: Record<string, AstShape> }).operations();
}

const nameOf = (id: string) => id.slice(id.indexOf('#') + 1);
const trait = (traits: Traits, name: string) => traits[`smithy.api#${name}`];

class Model {
  readonly #shapes: Readonly<Record<string, AstShape>>;

  constructor(ast: { readonly shapes: Readonly<Record<string, AstShape>> }) {
    this.#shapes = ast.shapes;
  }

  operations(): ModelOperation[] {
    const service = Object.values(this.#shapes).find(({ type }) => type === 'service');
    return (service?.operations ?? []).map(({ target }) => {
      const operation = this.#shape(target);
      const inputId = operation.input?.target === UNIT ? undefined : operation.input?.target;
      return {
        name: nameOf(target),
        http: trait(operation.traits ?? {}, 'http') as ModelOperation['http'],
        input: inputId === undefined ? { type: 'structure' } : this.#shape(inputId),
        errors: new Set((operation.errors ?? []).map((error) => nameOf(error.target))),
        cases: inputId === undefined ? [NO_INPUT] : this.#casesOf(inputId),
      };
    });
  }

  #shape(id: string): AstShape {
    return this.#shapes[id] ?? { type: nameOf(id).toLowerCase() };
  }

  #casesOf(inputId: string): Case[] {
    const cases: Case[] = [];
    const add = (title: string, outcome: Outcome, value: Json) =>
      cases.push({ title, outcome, input: value as Case['input'] });
    this.#structure(inputId, { path: '', wrap: (value) => value, chain: [], isText: false }, add);
    add('the least that is valid', 'pass', this.#valid({ target: inputId }));
    return cases;
  }

  #structure(id: string, place: Place, add: Add): void {
    const least = this.#valid({ target: id }) as Record<string, Json>;
    for (const [name, ref] of Object.entries(this.#shape(id).members ?? {})) {
      const wrap: Wrap = (value) => {
        const { [name]: _, ...others } = least;
        return place.wrap(value === ABSENT ? others : { ...others, [name]: value });
      };
      const path = place.path === '' ? name : `${place.path}.${name}`;
      const traits = { ...this.#shape(ref.target).traits, ...ref.traits };
      const isText = TEXT_BINDINGS.some((binding) => trait(ref.traits ?? {}, binding) !== undefined);
      if (trait(traits, 'required') !== undefined && trait(traits, 'default') === undefined) {
        add(`${path}: missing`, 'malformed', wrap(ABSENT));
        if (!isText) add(`${path}: null`, 'malformed', wrap(null));
      }
      this.#value(ref, { path, wrap, chain: [...place.chain, id], isText }, add);
    }
  }

  #value(ref: AstRef, place: Place, add: Add): void {
    if (place.chain.includes(ref.target)) return;
    const shape = this.#shape(ref.target);
    const traits = { ...shape.traits, ...ref.traits };
    const inner = { ...place, chain: [...place.chain, ref.target] };
    for (const wrong of place.isText ? wrongTexts(shape.type) : wrongKinds(shape.type))
      add(`${place.path}: ${JSON.stringify(wrong)}`, 'serialization', place.wrap(wrong));
    if (shape.type === 'structure') this.#structure(ref.target, place, add);
    else if (shape.type === 'union') this.#union(shape, inner, add);
    else if (shape.type === 'list') this.#list(shape, traits, inner, add);
    else if (shape.type === 'map') this.#map(shape, traits, inner, add);
    else if (shape.type === 'string') addTextCases(traits, place, add);
    else if (shape.type === 'enum') add(`${place.path}: no such value`, 'outOfRange', place.wrap('NO SUCH VALUE'));
    else addNumberCases(shape.type, traits, place, add);
  }

  #union(shape: AstShape, place: Place, add: Add): void {
    const members = Object.entries(shape.members ?? {});
    add(`${place.path}: no member of the union`, 'serialization', place.wrap({}));
    const [first, second] = members.map(([name, ref]) => [name, this.#valid(ref)] as const);
    if (first !== undefined && second !== undefined)
      add(`${place.path}: two members of the union`, 'serialization', place.wrap(Object.fromEntries([first, second])));
    for (const [name, ref] of members)
      this.#value(
        ref,
        { ...place, path: `${place.path}.${name}`, wrap: (value) => place.wrap({ [name]: value }) },
        add,
      );
  }

  #list(shape: AstShape, traits: Traits, place: Place, add: Add): void {
    const item = shape.member!;
    const { min, max } = bounds(traits, 'length');
    const isUnique = trait(traits, 'uniqueItems') !== undefined;
    const lists = (count: number) => this.#items(item, count, isUnique);
    if (!place.isText) add(`${place.path}: null among the items`, 'serialization', place.wrap([null]));
    addSizes({ min, max }, place, add, lists);
    const least = lists(Math.max(min, 1));
    if (isUnique && least !== undefined)
      add(`${place.path}: an item twice`, 'outOfRange', place.wrap([...least, least[0]]));
    const others = lists(Math.max(min, 1) - 1) ?? [];
    this.#value(item, { ...place, path: `${place.path}[]`, wrap: (value) => place.wrap([value, ...others]) }, add);
  }

  #map(shape: AstShape, traits: Traits, place: Place, add: Add): void {
    const [key, value] = [shape.key!, shape.value!];
    const keys = (count: number) => this.#items(key, count, true) as string[] | undefined;
    const maps = (count: number) => keys(count)?.map((one) => [one, this.#valid(value)] as const);
    addSizes(bounds(traits, 'length'), place, add, (count) => {
      const entries = maps(count);
      return entries && Object.fromEntries(entries);
    });
    const oneKey = this.#valid(key) as string;
    add(`${place.path}: a key without value`, 'serialization', place.wrap({ [oneKey]: null }));
    const keyTraits = { ...this.#shape(key.target).traits, ...key.traits };
    const atKey: Place = {
      ...place,
      path: `${place.path}{key}`,
      wrap: (text) => place.wrap({ [String(text)]: this.#valid(value) }),
    };
    if (this.#shape(key.target).type === 'string') addTextCases(keyTraits, atKey, add);
    else add(`${atKey.path}: no such value`, 'outOfRange', atKey.wrap('NO SUCH VALUE'));
    this.#value(value, { ...place, path: `${place.path}{}`, wrap: (one) => place.wrap({ [oneKey]: one }) }, add);
  }

  /** That many valid items; undefined where they have to differ and cannot. */
  #items(ref: AstRef, count: number, areUnique: boolean): Json[] | undefined {
    if (count > LENGTH_MAX) return undefined;
    if (!areUnique) return Array.from({ length: count }, () => this.#valid(ref));
    const { type, traits, members } = this.#shape(ref.target);
    if (count <= 1) return count === 1 ? [this.#valid(ref)] : [];
    if (type === 'enum') {
      const values = Object.entries(members ?? {}).map(enumValue);
      return count <= values.length ? values.slice(0, count) : undefined;
    }
    const rules = textRules({ ...traits, ...ref.traits });
    const texts = Array.from({ length: count }, (_, at) => `a${at}`);
    const areValid = type === 'string' && texts.every((text) => isValid(rules, text));
    return areValid ? texts : undefined;
  }

  /** The least valid value: required members, shortest lists, no more. */
  #valid(ref: AstRef): Json {
    const shape = this.#shape(ref.target);
    const traits = { ...shape.traits, ...ref.traits };
    switch (shape.type) {
      case 'structure': {
        const required = Object.entries(shape.members ?? {}).filter(
          ([, one]) => trait(one.traits ?? {}, 'required') !== undefined,
        );
        return Object.fromEntries(required.map(([name, one]) => [name, this.#valid(one)]));
      }
      case 'union': {
        const [name, one] = Object.entries(shape.members ?? {})[0]!;
        return { [name]: this.#valid(one) };
      }
      case 'list':
        return this.#items(shape.member!, bounds(traits, 'length').min, trait(traits, 'uniqueItems') !== undefined);
      case 'map': {
        const { min } = bounds(traits, 'length');
        return Object.fromEntries(
          (this.#items(shape.key!, min, true) ?? []).map((key) => [key, this.#valid(shape.value!)]),
        );
      }
      case 'enum':
        return enumValue(Object.entries(shape.members ?? {})[0]!);
      case 'string':
        return validText(textRules(traits));
      default:
        return VALID[shape.type] ?? Math.max(bounds(traits, 'range').min, Math.min(1, bounds(traits, 'range').max));
    }
  }
}

interface Place {
  readonly path: string;
  readonly wrap: Wrap;
  /** Shapes around this place: one that contains itself is entered once. */
  readonly chain: readonly string[];
  readonly isText: boolean;
}
type Add = (title: string, outcome: Outcome, value: Json) => unknown;

const VALID: Readonly<Record<string, Json>> = { boolean: true, timestamp: 1_700_000_000, blob: 'AAAA', document: {} };
const INTEGERS: Readonly<Record<string, number>> = { byte: 127, short: 32_767, integer: 2 ** 31 - 1, long: 2 ** 53 };

function wrongTexts(type: string): Json[] {
  if (type === 'boolean') return ['yes', '1'];
  if (type === 'timestamp') return ['yesterday'];
  const beyond = INTEGERS[type];
  return beyond === undefined ? [] : ['one', '1.5', '', ...(type === 'long' ? [] : [String(beyond + 1)])];
}

function wrongKinds(type: string): Json[] {
  if (type === 'string' || type === 'enum') return [1, {}];
  if (type === 'list') return ['a', {}];
  if (type === 'structure' || type === 'union' || type === 'map') return ['a', []];
  if (type === 'boolean') return ['true', 0];
  if (type === 'timestamp') return ['yesterday', true];
  if (type === 'blob') return ['=', 1];
  if (type === 'float' || type === 'double') return ['one', true];
  const beyond = INTEGERS[type];
  return beyond === undefined ? [] : ['1', 1.5, ...(type === 'long' ? [] : [beyond + 1])];
}

function addTextCases(traits: Traits, place: Place, add: Add): void {
  const rules = textRules(traits);
  const sized = (length: number) => (length > LENGTH_MAX ? undefined : textOfLength(rules, length));
  const tooLong = rules.max < LENGTH_MAX ? (sized(rules.max + 1) ?? 'a'.repeat(rules.max + 1)) : undefined;
  const tooShort = rules.min > 0 ? (sized(rules.min - 1) ?? 'a'.repeat(rules.min - 1)) : undefined;
  if (tooLong !== undefined) add(`${place.path}: ${rules.max + 1} characters`, 'outOfRange', place.wrap(tooLong));
  if (tooShort !== undefined) add(`${place.path}: ${rules.min - 1} characters`, 'outOfRange', place.wrap(tooShort));
  for (const length of new Set([rules.min, rules.max])) {
    const text = sized(length);
    if (text !== undefined) add(`${place.path}: ${length} characters`, 'pass', place.wrap(text));
  }
  const against = rules.pattern === undefined ? undefined : textAgainstPattern(rules);
  if (against !== undefined)
    add(`${place.path}: ${JSON.stringify(against)} against ${rules.pattern}`, 'malformed', place.wrap(against));
}

function addNumberCases(type: string, traits: Traits, place: Place, add: Add): void {
  const { min, max } = bounds(traits, 'range');
  if (!(type in INTEGERS) && type !== 'float' && type !== 'double') return;
  for (const [value, outcome] of [
    [min - 1, 'outOfRange'],
    [min, 'pass'],
    [max, 'pass'],
    [max + 1, 'outOfRange'],
  ] as const)
    if (Number.isSafeInteger(value) || (Number.isFinite(value) && !(type in INTEGERS)))
      add(`${place.path}: ${value}`, outcome, place.wrap(value));
}

function addSizes(
  { min, max }: { readonly min: number; readonly max: number },
  place: Place,
  add: Add,
  make: (count: number) => Json | undefined,
): void {
  const sizes = [
    [min - 1, 'outOfRange'],
    [min, 'pass'],
    [max, 'pass'],
    [max + 1, 'outOfRange'],
  ] as const;
  for (const [count, outcome] of sizes) {
    const value = count >= 0 && count <= LENGTH_MAX ? make(count) : undefined;
    if (value !== undefined) add(`${place.path}: ${count} items`, outcome, place.wrap(value));
  }
}

/** Without a bound: of `length` 0 and infinity, of `range` both infinities. */
function bounds(traits: Traits, name: 'length' | 'range'): { min: number; max: number } {
  const given = (trait(traits, name) ?? {}) as { min?: number; max?: number };
  const lowest = name === 'length' ? 0 : Number.NEGATIVE_INFINITY;
  return { min: given.min ?? lowest, max: given.max ?? Number.POSITIVE_INFINITY };
}

function textRules(traits: Traits) {
  return { pattern: trait(traits, 'pattern') as string | undefined, ...bounds(traits, 'length') };
}

function isValid({ pattern, min, max }: ReturnType<typeof textRules>, text: string): boolean {
  return text.length >= min && text.length <= max && (pattern === undefined || new RegExp(pattern, 'u').test(text));
}

function enumValue([name, { traits = {} }]: [string, AstRef]): string {
  return (trait(traits, 'enumValue') as string | undefined) ?? name;
}
