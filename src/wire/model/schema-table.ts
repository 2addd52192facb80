/** Turns AST shapes into schemas, each once. Lazy: nothing is compiled before an operation asks for it. */

import { parseHttpDate, parseStrictDateTime } from '../codec/timestamps.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import { type Bounds, type Kind, type Member, Schema, type SchemaParts, type TimestampFormat } from './schema.ts';
import { type AstMember, type AstModel, type AstShape, findShape, shapeName, type Traits } from './smithy-ast.ts';

const VALUE_TRAITS = ['length', 'range', 'pattern', 'timestampFormat', 'uniqueItems', 'sensitive', 'mediaType'];

export class SchemaTable {
  readonly #model: AstModel;
  readonly #schemas = new Map<string, Schema>();
  readonly #members = new Map<string, readonly Member[]>();
  readonly #patterns = new Map<string, Pattern>();

  constructor(model: AstModel) {
    this.#model = model;
  }

  schemaOf(id: string): Schema {
    return this.#cached(id, () => this.#build(id, {}));
  }

  #cached(key: string, build: () => Schema): Schema {
    const known = this.#schemas.get(key);
    if (known !== undefined) return known;
    const built = build();
    this.#schemas.set(key, built);
    return built;
  }

  /** A member whose traits narrow its target (own length, own format) has a schema of its own; others share. */
  #schemaOfMember(container: string, name: string, member: AstMember): Schema {
    const own = Object.entries(member.traits ?? {}).filter(([trait]) => VALUE_TRAITS.includes(shapeName(trait)));
    if (own.length === 0) return this.schemaOf(member.target);
    return this.#cached(`${container}$${name}`, () => this.#build(member.target, Object.fromEntries(own)));
  }

  #build(id: string, overrides: Traits): Schema {
    const shape = findShape(this.#model, id);
    const traits = { ...shape.traits, ...overrides };
    return new Schema(
      {
        kind: shape.type === 'string' && 'smithy.api#enum' in traits ? 'enum' : (shape.type as Kind),
        name: shapeName(id),
        traits,
        length: bounds(traits['smithy.api#length']),
        range: bounds(traits['smithy.api#range']),
        pattern: this.#pattern(traits['smithy.api#pattern']),
        ...enumValues(shape),
      },
      {
        members: () => this.#membersOf(id, shape),
        element: () => this.#member(id, shape.type === 'map' ? 'value' : 'member', (shape.member ?? shape.value)!),
        key: () => this.#member(id, 'key', shape.key!),
      },
    );
  }

  #pattern(source: unknown): Pattern | undefined {
    if (typeof source !== 'string') return undefined;
    const known = this.#patterns.get(source) ?? compilePattern(source);
    this.#patterns.set(source, known);
    return known;
  }

  #membersOf(id: string, shape: AstShape): readonly Member[] {
    const known = this.#members.get(id);
    if (known !== undefined) return known;
    const entries = { ...this.#mixedIn(shape), ...shape.members };
    const built = Object.entries(entries).map(([name, member]) => this.#member(id, name, member));
    this.#members.set(id, built);
    return built;
  }

  #mixedIn(shape: AstShape): Record<string, AstMember> {
    return Object.assign(
      {},
      ...(shape.mixins ?? []).map(({ target }) => {
        const mixin = findShape(this.#model, target);
        return { ...this.#mixedIn(mixin), ...mixin.members };
      }),
    );
  }

  #member(container: string, name: string, member: AstMember): Member {
    const traits = member.traits ?? {};
    const schema = this.#schemaOfMember(container, name, member);
    return {
      name,
      schema,
      traits,
      required: 'smithy.api#required' in traits,
      jsonName: (traits['smithy.api#jsonName'] as string | undefined) ?? name,
      defaultValue: defaultValue(schema, traits),
    };
  }
}

function bounds(trait: unknown): Bounds | undefined {
  if (typeof trait !== 'object' || trait === null) return undefined;
  const { min, max } = trait as { min?: number; max?: number };
  return { min, max };
}

function enumValues(shape: AstShape): Pick<SchemaParts, 'enumValues' | 'shownEnumValues'> {
  const entries = enumEntries(shape);
  if (entries === undefined) return { enumValues: undefined, shownEnumValues: [] };
  const shown = entries.filter((entry) => !entry.isInternal).map((entry) => entry.value);
  return { enumValues: new Set(entries.map((entry) => entry.value)), shownEnumValues: shown };
}

interface EnumEntry {
  readonly value: unknown;
  readonly isInternal: boolean;
}

function enumEntries(shape: AstShape): readonly EnumEntry[] | undefined {
  if (shape.type === 'enum' || shape.type === 'intEnum') {
    return Object.entries(shape.members ?? {}).map(([name, { traits = {} }]) => ({
      value: traits['smithy.api#enumValue'] ?? name,
      isInternal: 'smithy.api#internal' in traits,
    }));
  }
  const old = shape.traits?.['smithy.api#enum'];
  if (!Array.isArray(old)) return undefined;
  return old.map((entry: { value: string; tags?: unknown }) => ({
    value: entry.value,
    isInternal: hasInternalTag(entry.tags),
  }));
}

function hasInternalTag(tags: unknown): boolean {
  return Array.isArray(tags) && tags.includes('internal');
}

function defaultValue(schema: Schema, traits: Traits): unknown {
  const value = traits['smithy.api#default'];
  if (value === undefined || value === null || 'smithy.api#clientOptional' in traits) return undefined;
  if (schema.kind === 'blob') return new Uint8Array(Buffer.from(String(value), 'base64'));
  if (schema.kind === 'timestamp') return defaultTimestamp(schema.timestampFormat, value);
  return value;
}

function defaultTimestamp(format: TimestampFormat | undefined, value: unknown): number | undefined {
  if (typeof value === 'number') return value * 1000;
  return format === 'http-date' ? parseHttpDate(String(value)) : parseStrictDateTime(String(value));
}
