/** One service: its operations and errors, compiled one by one when first called. */

import { readFileSync } from 'node:fs';
import type { Schema } from './schema.ts';
import { SchemaTable } from './schema-table.ts';
import { type AstMember, type AstModel, type AstShape, findShape, shapeName, type Traits } from './smithy-ast.ts';

export type ProtocolName = 'awsJson1_0' | 'awsJson1_1' | 'restJson1' | 'restXml' | 'awsQuery';
const PROTOCOLS: readonly ProtocolName[] = ['awsJson1_0', 'awsJson1_1', 'restJson1', 'restXml', 'awsQuery'];

export interface Operation {
  readonly name: string;
  readonly input: Schema;
  readonly output: Schema;
  /** Whether input and output are modelled at all, or stand for nothing (`Unit`). */
  readonly hasInput: boolean;
  readonly hasOutput: boolean;
  /** Names of the error shapes this operation declares, those of the service included. */
  readonly errors: ReadonlyMap<string, Schema>;
  readonly traits: Traits;
  readonly http: HttpTrait | undefined;
}

export interface HttpTrait {
  readonly method: string;
  readonly uri: string;
  readonly code: number;
}

const UNIT = 'smithy.api#Unit';

export class ServiceModel {
  readonly shapeName: string;
  readonly namespace: string;
  readonly version: string;
  readonly protocol: ProtocolName;
  readonly protocolTraits: Traits;
  readonly xmlNamespace: string | undefined;
  readonly #model: AstModel;
  readonly #service: AstShape;
  readonly #table: SchemaTable;
  readonly #operationIds: ReadonlyMap<string, string>;
  readonly #operations = new Map<string, Operation>();
  #errorIds: ReadonlyMap<string, string> | undefined;

  constructor(model: AstModel, serviceId?: string) {
    const id = serviceId ?? Object.keys(model.shapes).find((key) => model.shapes[key]?.type === 'service');
    if (id === undefined) throw new Error('The model names no service');
    this.#model = model;
    this.#service = findShape(model, id);
    this.#table = new SchemaTable(model);
    this.shapeName = shapeName(id);
    this.namespace = id.slice(0, id.indexOf('#'));
    this.version = this.#service.version ?? '';
    this.protocol = protocolOf(this.#service);
    this.protocolTraits = (this.#service.traits?.[`aws.protocols#${this.protocol}`] ?? {}) as Traits;
    this.xmlNamespace = (this.#service.traits?.['smithy.api#xmlNamespace'] as { uri: string } | undefined)?.uri;
    this.#operationIds = new Map((this.#service.operations ?? []).map(({ target }) => [shapeName(target), target]));
  }

  get operationNames(): readonly string[] {
    return [...this.#operationIds.keys()];
  }

  operation(name: string): Operation | undefined {
    const known = this.#operations.get(name);
    if (known !== undefined) return known;
    const id = this.#operationIds.get(name);
    if (id === undefined) return undefined;
    const built = this.#buildOperation(name, findShape(this.#model, id));
    this.#operations.set(name, built);
    return built;
  }

  /** The method and URI template of an operation, without compiling its shapes: all that a router reads. */
  httpTrait(operationName: string): HttpTrait | undefined {
    const id = this.#operationIds.get(operationName);
    return id === undefined ? undefined : httpTraitOf(findShape(this.#model, id));
  }

  /** Query parameters and headers an operation cannot do without: what tells S3's operations on one path apart. */
  requiredBindings(operationName: string): { readonly query: readonly string[]; readonly headers: readonly string[] } {
    const id = this.#operationIds.get(operationName);
    const input = id === undefined ? undefined : findShape(this.#model, id).input;
    const members = Object.values(input === undefined ? {} : (findShape(this.#model, input.target).members ?? {}));
    const required = members.filter((member) => member.traits?.['smithy.api#required'] !== undefined);
    const names = (trait: string) =>
      required.map((member) => member.traits?.[trait]).filter((name) => typeof name === 'string');
    return {
      query: names('smithy.api#httpQuery'),
      headers: names('smithy.api#httpHeader').map((name) => name.toLowerCase()),
    };
  }

  /** An error shape of this service, whether or not a given operation declares it. */
  error(name: string): Schema | undefined {
    this.#errorIds ??= new Map(
      Object.entries(this.#model.shapes)
        .filter(
          ([id, shape]) => id.startsWith(`${this.namespace}#`) && shape.traits?.['smithy.api#error'] !== undefined,
        )
        .map(([id]) => [shapeName(id), id]),
    );
    const id = this.#errorIds.get(name);
    return id === undefined ? undefined : this.#table.schemaOf(id);
  }

  schemaOf(shapeId: string): Schema {
    return this.#table.schemaOf(shapeId);
  }

  #buildOperation(name: string, shape: AstShape): Operation {
    const errors = [...(shape.errors ?? []), ...this.#serviceErrors()];
    return {
      name,
      input: this.#table.schemaOf(shape.input?.target ?? UNIT),
      output: this.#table.schemaOf(shape.output?.target ?? UNIT),
      hasInput: (shape.input?.target ?? UNIT) !== UNIT,
      hasOutput: (shape.output?.target ?? UNIT) !== UNIT,
      errors: new Map(errors.map(({ target }) => [shapeName(target), this.#table.schemaOf(target)])),
      traits: shape.traits ?? {},
      http: httpTraitOf(shape),
    };
  }

  #serviceErrors(): readonly AstMember[] {
    return this.#service.errors ?? [];
  }
}

export function readServiceModel(file: string): ServiceModel {
  return new ServiceModel(JSON.parse(readFileSync(file, 'utf8')) as AstModel);
}

function httpTraitOf(shape: AstShape): HttpTrait | undefined {
  const trait = shape.traits?.['smithy.api#http'] as Partial<HttpTrait> | undefined;
  if (trait?.method === undefined || trait.uri === undefined) return undefined;
  return { method: trait.method, uri: trait.uri, code: trait.code ?? 200 };
}

function protocolOf(service: AstShape): ProtocolName {
  const name = PROTOCOLS.find((protocol) => service.traits?.[`aws.protocols#${protocol}`] !== undefined);
  if (name === undefined) throw new Error('The service speaks no protocol that Periplus knows');
  return name;
}
