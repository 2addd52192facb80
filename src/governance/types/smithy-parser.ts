/**
 * Reads the part of Smithy's language that models of forms are written in: structures, lists, maps, enums and simple
 * shapes, with traits. Services, operations, unions and mixins have no meaning in a form and are refused.
 */

import { type FormField, type FormModel, type FormShape, SIMPLE_SHAPES } from './form-model.ts';
import { readSmithyTokens, SmithyError, type SmithyToken } from './smithy-tokens.ts';
import { type GivenTrait, readTraits, type TraitValue } from './smithy-traits.ts';

/** Values in traits and shapes in shapes. */
const DEPTH_MAX = 50;

interface Reference {
  readonly target: string;
  readonly line: number;
}

/** @param name of the form type: the structure that is the form. @throws SmithyError */
export function parseFormModel(source: string, name: string): FormModel {
  return new Parser(readSmithyTokens(source)).parse(name);
}

class Parser {
  readonly #tokens: readonly SmithyToken[];
  #at = 0;
  readonly #shapes = new Map<string, FormShape>();
  readonly #references: Reference[] = [];

  constructor(tokens: readonly SmithyToken[]) {
    this.#tokens = tokens;
    for (const [name, simple] of Object.entries(SIMPLE_SHAPES))
      this.#shapes.set(name, { kind: 'simple', simple, traits: {} });
  }

  parse(name: string): FormModel {
    while (this.#next.text.startsWith('$')) this.#control();
    while (this.#next.kind !== 'end') this.#statement();
    for (const { target, line } of this.#references)
      if (!this.#shapes.has(target)) throw new SmithyError(line, `the shape ${target} is not defined`);
    const structures = [...this.#shapes.values()].flatMap((shape) => (shape.kind === 'structure' ? [shape] : []));
    const named = this.#shapes.get(name.replace(/^.*\./, ''));
    const form = named?.kind === 'structure' ? named : structures.length === 1 ? structures[0] : undefined;
    if (form === undefined) throw new SmithyError(1, `there is no structure ${name}`);
    return { shapes: this.#shapes, fields: form.fields };
  }

  get #next(): SmithyToken {
    return this.#tokens[this.#at] as SmithyToken;
  }

  #statement(): void {
    const traits = this.#traits();
    const { text: keyword, line } = this.#take('name');
    if (traits.length === 0 && (keyword === 'namespace' || keyword === 'use')) {
      this.#take('name');
      return;
    }
    const { text: name } = this.#take('name');
    if (this.#shapes.has(name)) throw new SmithyError(line, `the shape ${name} is defined already`);
    this.#shapes.set(name, this.#shape(keyword, { line, traits }));
  }

  /** `$version: "2"`. */
  #control(): void {
    this.#take('name');
    this.#mark(':');
    this.#value(0);
  }

  #shape(keyword: string, { line, traits: given }: { line: number; traits: readonly GivenTrait[] }): FormShape {
    const traits = readTraits(given);
    const simple = SIMPLE_SHAPES[`${keyword.charAt(0).toUpperCase()}${keyword.slice(1)}`];
    if (simple !== undefined && /^[a-z]/.test(keyword)) return { kind: 'simple', simple, traits };
    if (keyword === 'enum') return { kind: 'enum', values: this.#enumValues(), traits };
    if (keyword !== 'structure' && keyword !== 'list' && keyword !== 'set' && keyword !== 'map')
      throw new SmithyError(line, `${keyword} has no place in the model of a form`);
    const fields = this.#fields();
    if (keyword === 'structure') return { kind: 'structure', fields, traits };
    if (keyword === 'map')
      return { kind: 'map', key: only(fields, 'key', line), value: only(fields, 'value', line), traits };
    return { kind: 'list', member: only(fields, 'member', line), traits };
  }

  #fields(): ReadonlyMap<string, FormField> {
    const fields = new Map<string, FormField>();
    this.#mark('{');
    while (!this.#isMark('}')) {
      const traits = readTraits(this.#traits());
      const { text: name, line } = this.#take('name');
      if (fields.has(name)) throw new SmithyError(line, `the member ${name} is defined already`);
      this.#mark(':');
      const { text, line: at } = this.#take('name');
      const target = text.replace(/^smithy\.api#/, '');
      this.#references.push({ target, line: at });
      if (this.#skipMark('=')) this.#value(0);
      fields.set(name, { target, traits });
    }
    this.#mark('}');
    return fields;
  }

  #enumValues(): string[] {
    const values: string[] = [];
    this.#mark('{');
    while (!this.#isMark('}')) {
      readTraits(this.#traits());
      const { text, line } = this.#take('name');
      const value = this.#skipMark('=') ? this.#value(0) : text;
      if (typeof value !== 'string') throw new SmithyError(line, `the value of ${text} is not a text`);
      values.push(value);
    }
    this.#mark('}');
    return values;
  }

  #traits(): GivenTrait[] {
    const traits: GivenTrait[] = [];
    while (this.#skipMark('@')) {
      const { text: name, line } = this.#take('name');
      traits.push({ name, value: this.#skipMark('(') ? this.#traitBody() : undefined, line });
    }
    return traits;
  }

  /** Members by name, or one value. */
  #traitBody(): TraitValue | undefined {
    if (this.#skipMark(')')) return undefined;
    const isMembers = this.#isMark(':', 1);
    const value = isMembers ? this.#members(')', 0) : this.#value(0);
    if (!isMembers) this.#mark(')');
    return value;
  }

  #members(end: string, depth: number): TraitValue {
    const members: [string, TraitValue][] = [];
    while (!this.#skipMark(end)) {
      const key = this.#next;
      if (key.kind !== 'name' && key.kind !== 'string') throw this.#unexpected('a name');
      this.#at += 1;
      this.#mark(':');
      members.push([key.text, this.#value(depth + 1)]);
    }
    return Object.fromEntries(members);
  }

  #value(depth: number): TraitValue {
    if (depth > DEPTH_MAX) throw new SmithyError(this.#next.line, 'values are nested too deeply');
    if (this.#skipMark('{')) return this.#members('}', depth);
    if (this.#skipMark('[')) {
      const items: TraitValue[] = [];
      while (!this.#skipMark(']')) items.push(this.#value(depth + 1));
      return items;
    }
    const token = this.#next;
    if (token.kind === 'mark' || token.kind === 'end') throw this.#unexpected('a value');
    this.#at += 1;
    if (token.kind === 'number') return Number(token.text);
    if (token.kind === 'name' && (token.text === 'true' || token.text === 'false')) return token.text === 'true';
    return token.text;
  }

  #take(kind: SmithyToken['kind']): SmithyToken {
    const token = this.#next;
    if (token.kind !== kind) throw this.#unexpected(`a ${kind}`);
    this.#at += 1;
    return token;
  }

  #mark(text: string): void {
    if (!this.#skipMark(text)) throw this.#unexpected(`'${text}'`);
  }

  #isMark(text: string, ahead = 0): boolean {
    const token = this.#tokens[this.#at + ahead];
    return token?.kind === 'mark' && token.text === text;
  }

  #skipMark(text: string): boolean {
    if (!this.#isMark(text)) return false;
    this.#at += 1;
    return true;
  }

  #unexpected(wanted: string): SmithyError {
    return new SmithyError(this.#next.line, `${wanted} is expected where ${this.#next.text.slice(0, 40)} stands`);
  }
}

function only(fields: ReadonlyMap<string, FormField>, name: string, line: number): FormField {
  const field = fields.get(name);
  if (field === undefined) throw new SmithyError(line, `a shape of this kind needs the member ${name}`);
  return field;
}
