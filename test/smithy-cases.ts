/** Reads the Smithy protocol test cases: which there are, their parameters filled in, values as the product has them. */

import { existsSync, readFileSync } from 'node:fs';
import type { Schema } from '../src/wire/model/schema.ts';
import { ServiceModel } from '../src/wire/model/service-model.ts';
import type { AstModel } from '../src/wire/model/smithy-ast.ts';

export const VECTORS_FILE = '../shared/vectors/smithy-protocol-tests.json';

export interface HttpCase {
  readonly id: string;
  readonly protocol: string;
  readonly appliesTo?: string;
  readonly method: string;
  readonly uri: string;
  readonly code: number;
  readonly queryParams?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly forbidHeaders?: readonly string[];
  readonly requireHeaders?: readonly string[];
  readonly body?: string;
  readonly bodyMediaType?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface MalformedCase {
  readonly id: string;
  readonly protocol: string;
  readonly request: HttpCase;
  readonly response: {
    readonly code: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: { readonly assertion: { readonly contents?: string; readonly messageRegex?: string } };
  };
  readonly testParameters?: Readonly<Record<string, readonly string[]>>;
}

export interface Subject<Case> {
  readonly model: ServiceModel;
  /** Operation or error shape. */
  readonly name: string;
  readonly isError: boolean;
  readonly case: Case;
}

const SERVICES = [
  'JsonProtocol',
  'JsonRpc10',
  'RestJson',
  'RestJsonValidation',
  'RestXml',
  'RestXmlWithNamespace',
  'AmazonS3',
];

export function readVectors(): AstModel | undefined {
  return existsSync(VECTORS_FILE) ? (JSON.parse(readFileSync(VECTORS_FILE, 'utf8')) as AstModel) : undefined;
}

/** Server-side cases of one trait, over the services we speak the protocols of. */
export function casesOf<Case extends { readonly appliesTo?: string }>(
  ast: AstModel,
  trait: string,
): readonly Subject<Case>[] {
  const subjects: Subject<Case>[] = [];
  for (const [id, shape] of Object.entries(ast.shapes)) {
    if (shape.type !== 'service' || !SERVICES.includes(id.split('#')[1]!)) continue;
    const model = new ServiceModel(ast, id);
    const operationIds = (shape.operations ?? []).map(({ target }) => target);
    const errorIds = new Set(
      operationIds.flatMap((target) => (ast.shapes[target]?.errors ?? []).map((error) => error.target)),
    );
    for (const target of [...operationIds, ...errorIds]) {
      const cases = (ast.shapes[target]?.traits?.[`smithy.test#${trait}`] ?? []) as readonly Case[];
      const ours = cases.filter((entry) => entry.appliesTo !== 'client');
      const name = target.split('#')[1]!;
      for (const entry of ours) subjects.push({ model, name, isError: errorIds.has(target), case: entry });
    }
  }
  return subjects;
}

/** One case per row of `testParameters`, `$name:S` (quoted) and `$name:L` (as it is) filled in. */
export function expandCase(entry: MalformedCase): readonly MalformedCase[] {
  const { testParameters, ...template } = entry;
  if (testParameters === undefined) return [fill(template, {})];
  const count = Object.values(testParameters)[0]!.length;
  return Array.from({ length: count }, (_, at) => {
    const row = Object.fromEntries(Object.entries(testParameters).map(([name, values]) => [name, values[at]!]));
    return fill({ ...template, id: `${template.id}/${at}` }, row);
  });
}

function fill<T>(template: T, row: Readonly<Record<string, string>>): T {
  if (typeof template === 'string') {
    return template.replace(/\$(\$|(\w+):([SL]))/g, (_, all: string, name: string, form: string) => {
      if (all === '$') return '$';
      return form === 'S' ? JSON.stringify(row[name]) : row[name]!;
    }) as T;
  }
  if (Array.isArray(template)) return template.map((item: unknown) => fill(item, row)) as T;
  if (typeof template !== 'object' || template === null) return template;
  return Object.fromEntries(Object.entries(template).map(([key, item]) => [key, fill(item, row)])) as T;
}

/** The params of a case as the product holds them: times in milliseconds, blobs as bytes, `"NaN"` as NaN. */
export function productValue(schema: Schema, value: unknown): unknown {
  if (value === null || value === undefined) return value;
  switch (schema.kind) {
    case 'timestamp':
      return Math.round((value as number) * 1000);
    case 'blob':
      return new Uint8Array(Buffer.from(String(value), 'utf8'));
    case 'float':
    case 'double':
      return Number(value);
    case 'list':
      return (value as readonly unknown[]).map((item) => productValue(schema.element.schema, item));
    case 'map':
      return mapValues(value, (item) => productValue(schema.element.schema, item));
    case 'structure':
    case 'union':
      return Object.fromEntries(
        Object.entries(value).map(([name, item]) => {
          const member = schema.memberByName(name);
          return [name, member === undefined ? item : productValue(member.schema, item)];
        }),
      );
    default:
      return value;
  }
}

/** What `toEqual` compares well: bytes as text, absent members left out, no prototypes. */
export function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes:${Buffer.from(value).toString('base64')}`;
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? 0 : value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, comparable(item)]));
}

function mapValues(value: unknown, change: (item: unknown) => unknown): unknown {
  return Object.fromEntries(Object.entries(value as object).map(([key, item]) => [key, change(item)]));
}
