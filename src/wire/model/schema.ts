/**
 * Shapes as the codecs walk them: traits resolved, constraints compiled, targets linked. A schema links its members on
 * first use, so that a service of two thousand shapes costs what its called operations touch.
 */

import type { Pattern } from './pattern.ts';
import type { Traits } from './smithy-ast.ts';

export type Kind =
  | 'string'
  | 'enum'
  | 'intEnum'
  | 'boolean'
  | 'byte'
  | 'short'
  | 'integer'
  | 'long'
  | 'float'
  | 'double'
  | 'timestamp'
  | 'blob'
  | 'document'
  | 'list'
  | 'map'
  | 'structure'
  | 'union';

export type TimestampFormat = 'epoch-seconds' | 'date-time' | 'http-date';

export interface Bounds {
  readonly min: number | undefined;
  readonly max: number | undefined;
}

export interface Member {
  readonly name: string;
  readonly schema: Schema;
  /** Traits of the member itself: bindings and XML names. What shapes the value is resolved in `schema`. */
  readonly traits: Traits;
  readonly required: boolean;
  readonly jsonName: string;
  /** What an absent member means, as a value of the product; undefined where the model names no default. */
  readonly defaultValue: unknown;
}

/** The parts of a schema that other shapes hang on; linked once, when first asked for. */
export interface SchemaLinks {
  members(): readonly Member[];
  element(): Member;
  key(): Member;
}

export class Schema {
  readonly kind: Kind;
  readonly name: string;
  readonly traits: Traits;
  readonly length: Bounds | undefined;
  readonly range: Bounds | undefined;
  readonly pattern: Pattern | undefined;
  readonly enumValues: ReadonlySet<unknown> | undefined;
  /** The values that error messages list: those marked internal are taken but not shown. */
  readonly shownEnumValues: readonly unknown[];
  readonly uniqueItems: boolean;
  readonly sparse: boolean;
  readonly sensitive: boolean;
  readonly streaming: boolean;
  readonly timestampFormat: TimestampFormat | undefined;
  readonly #links: SchemaLinks;
  #members: readonly Member[] | undefined;
  #element: Member | undefined;
  #key: Member | undefined;
  #byJsonName: ReadonlyMap<string, Member> | undefined;
  #byName: ReadonlyMap<string, Member> | undefined;
  #defaulted: readonly Member[] | undefined;
  #constrained: boolean | undefined;

  constructor(parts: SchemaParts, links: SchemaLinks) {
    this.kind = parts.kind;
    this.name = parts.name;
    this.traits = parts.traits;
    this.length = parts.length;
    this.range = parts.range;
    this.pattern = parts.pattern;
    this.enumValues = parts.enumValues;
    this.shownEnumValues = parts.shownEnumValues;
    this.uniqueItems = 'smithy.api#uniqueItems' in parts.traits;
    this.sparse = 'smithy.api#sparse' in parts.traits;
    this.sensitive = 'smithy.api#sensitive' in parts.traits;
    this.streaming = 'smithy.api#streaming' in parts.traits;
    this.timestampFormat = parts.traits['smithy.api#timestampFormat'] as TimestampFormat | undefined;
    this.#links = links;
  }

  /** Of a structure or union, in the model's order. */
  get members(): readonly Member[] {
    this.#members ??= this.#links.members();
    return this.#members;
  }

  /** Item of a list, value of a map. */
  get element(): Member {
    this.#element ??= this.#links.element();
    return this.#element;
  }

  /** Key of a map. */
  get key(): Member {
    this.#key ??= this.#links.key();
    return this.#key;
  }

  memberByName(name: string): Member | undefined {
    this.#byName ??= new Map(this.members.map((member) => [member.name, member]));
    return this.#byName.get(name);
  }

  memberByJsonName(name: string): Member | undefined {
    this.#byJsonName ??= new Map(this.members.map((member) => [member.jsonName, member]));
    return this.#byJsonName.get(name);
  }

  get membersWithDefault(): readonly Member[] {
    this.#defaulted ??= this.members.filter((member) => member.defaultValue !== undefined);
    return this.#defaulted;
  }

  /** Whether a value of this schema can break any constraint, at any depth: validation skips what cannot. */
  get constrained(): boolean {
    this.#constrained ??= reachesConstraint(this);
    return this.#constrained;
  }
}

export interface SchemaParts {
  readonly kind: Kind;
  readonly name: string;
  readonly traits: Traits;
  readonly length: Bounds | undefined;
  readonly range: Bounds | undefined;
  readonly pattern: Pattern | undefined;
  readonly enumValues: ReadonlySet<unknown> | undefined;
  readonly shownEnumValues: readonly unknown[];
}

function reachesConstraint(root: Schema): boolean {
  const seen = new Set<Schema>([root]);
  for (const schema of seen) {
    if (hasOwnConstraint(schema)) return true;
    for (const member of linkedMembers(schema)) {
      if (member.required) return true;
      seen.add(member.schema);
    }
  }
  return false;
}

function hasOwnConstraint(schema: Schema): boolean {
  if (schema.length !== undefined || schema.range !== undefined || schema.pattern !== undefined) return true;
  return schema.enumValues !== undefined || schema.uniqueItems;
}

export function linkedMembers(schema: Schema): readonly Member[] {
  if (schema.kind === 'structure' || schema.kind === 'union') return schema.members;
  if (schema.kind === 'list') return [schema.element];
  return schema.kind === 'map' ? [schema.key, schema.element] : [];
}
