/** The part of Smithy's JSON AST that the models use, as it stands in the files. */

export type Traits = Readonly<Record<string, unknown>>;

export interface AstMember {
  readonly target: string;
  readonly traits?: Traits;
}

export interface AstShape {
  readonly type: string;
  readonly version?: string;
  readonly traits?: Traits;
  readonly members?: Readonly<Record<string, AstMember>>;
  readonly member?: AstMember;
  readonly key?: AstMember;
  readonly value?: AstMember;
  readonly mixins?: readonly AstMember[];
  readonly input?: AstMember;
  readonly output?: AstMember;
  readonly errors?: readonly AstMember[];
  readonly operations?: readonly AstMember[];
}

export interface AstModel {
  readonly smithy: string;
  readonly shapes: Readonly<Record<string, AstShape>>;
}

const PRELUDE_TYPES: Readonly<Record<string, string>> = {
  String: 'string',
  Boolean: 'boolean',
  PrimitiveBoolean: 'boolean',
  Byte: 'byte',
  PrimitiveByte: 'byte',
  Short: 'short',
  PrimitiveShort: 'short',
  Integer: 'integer',
  PrimitiveInteger: 'integer',
  Long: 'long',
  PrimitiveLong: 'long',
  Float: 'float',
  PrimitiveFloat: 'float',
  Double: 'double',
  PrimitiveDouble: 'double',
  Timestamp: 'timestamp',
  Blob: 'blob',
  Document: 'document',
  Unit: 'structure',
};

/** Looks a shape up; `smithy.api#String` and its kin are built in and stand in no file. */
export function findShape(model: AstModel, id: string): AstShape {
  const shape = model.shapes[id];
  if (shape !== undefined) return shape;
  const type = id.startsWith('smithy.api#') ? PRELUDE_TYPES[id.slice('smithy.api#'.length)] : undefined;
  if (type === undefined) throw new Error(`The model has no shape ${id}`);
  return { type };
}

export function shapeName(id: string): string {
  return id.slice(id.indexOf('#') + 1).split('$')[0]!;
}
