/** What a form may hold: the shapes of its Smithy model and what their traits ask for. */

export type SimpleKind = 'string' | 'boolean' | 'integer' | 'number' | 'timestamp' | 'document';

export interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** The conditions that a field may be required for, beside always. */
export type FormAction = 'PUBLISHING' | 'SUBSCRIPTION';

export interface FieldTraits {
  readonly isRequired?: boolean;
  readonly length?: Bounds;
  readonly range?: Bounds;
  readonly pattern?: string;
  /** Its words are searched for as those of one attribute. */
  readonly isSearchable?: boolean;
  readonly isSortable?: boolean;
  readonly glossaryId?: string;
  readonly requiredFor?: readonly FormAction[];
}

export interface FormField {
  /** Name of a shape. */
  readonly target: string;
  readonly traits: FieldTraits;
}

export type FormShape = { readonly traits: FieldTraits } & (
  | { readonly kind: 'simple'; readonly simple: SimpleKind }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  | { readonly kind: 'list'; readonly member: FormField }
  | { readonly kind: 'map'; readonly key: FormField; readonly value: FormField }
  | { readonly kind: 'structure'; readonly fields: ReadonlyMap<string, FormField> }
);

export interface FormModel {
  readonly shapes: ReadonlyMap<string, FormShape>;
  /** The form itself. */
  readonly fields: ReadonlyMap<string, FormField>;
}

/** Shapes that every model knows. */
export const SIMPLE_SHAPES: Readonly<Record<string, SimpleKind>> = {
  String: 'string',
  Boolean: 'boolean',
  Byte: 'integer',
  Short: 'integer',
  Integer: 'integer',
  Long: 'integer',
  BigInteger: 'integer',
  Float: 'number',
  Double: 'number',
  BigDecimal: 'number',
  Timestamp: 'timestamp',
  Document: 'document',
};

export function searchableFields(model: FormModel): string[] {
  return [...model.fields].filter(([, field]) => field.traits.isSearchable === true).map(([name]) => name);
}
