import { InvalidError } from '../errors.ts';

/** One member of the union that says what a connection is to, under the name it has there. */
export interface ConnectionProperties {
  readonly kind: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * What connections are of, by the properties they are made with. Of Glue connections the type is said beside them; a
 * serverless workflow has none among the service's types. A lakehouse is reached as its role, as IAM is.
 */
const TYPE_OF_KIND: Readonly<Record<string, string>> = {
  athenaProperties: 'ATHENA',
  hyperPodProperties: 'HYPERPOD',
  iamProperties: 'IAM',
  lakehouseProperties: 'IAM',
  redshiftProperties: 'REDSHIFT',
  sparkEmrProperties: 'SPARK',
  sparkGlueProperties: 'SPARK',
  s3Properties: 'S3',
  amazonQProperties: 'AMAZON_Q',
  mlflowProperties: 'MLFLOW',
  workflowsMwaaProperties: 'WORKFLOWS_MWAA',
};

/** Members, at any depth, that carry a secret itself instead of naming one. */
const SECRET_MEMBERS: ReadonlySet<string> = new Set([
  'usernamePassword',
  'basicAuthenticationCredentials',
  'customAuthenticationCredentials',
  'oAuth2Credentials',
  'authorizationCodeProperties',
  'PASSWORD',
  'ENCRYPTED_PASSWORD',
]);

/** @throws InvalidError for properties of which no connection of ours can be */
export function connectionTypeOf({ kind, values }: ConnectionProperties): string {
  const type = kind === 'glueProperties' ? glueConnectionOf(values).connectionType : TYPE_OF_KIND[kind];
  if (typeof type === 'string') return type;
  if (kind === 'glueProperties') throw new InvalidError('glueConnectionInput.connectionType must be given.');
  throw new InvalidError(`Connections of ${kind} are not supported.`);
}

/** @throws InvalidError for what we would have to keep secret, or could not do */
export function refuseUnsupported({ kind, values }: ConnectionProperties): void {
  const secret = findSecret(values);
  if (secret !== undefined)
    throw new InvalidError(`${kind} must not contain ${secret}: secrets are not kept here. Name one by its ARN.`);
  if (glueConnectionOf(values).validateCredentials === true)
    throw new InvalidError('validateCredentials is not supported: nothing is connected to.');
  if ((values.lineageSync as { enabled?: boolean } | undefined)?.enabled === true)
    throw new InvalidError('lineageSync is not supported: no lineage is read from Redshift.');
}

/** What a patch says replaces what was said; of a Glue connection, member by member. @throws InvalidError */
export function patchProperties(before: ConnectionProperties, patch: ConnectionProperties): ConnectionProperties {
  if (patch.kind !== before.kind) throw new InvalidError(`The connection is of ${before.kind}, not of ${patch.kind}.`);
  const values: Record<string, unknown> = { ...before.values, ...patch.values };
  if ('glueConnectionInput' in patch.values)
    values.glueConnectionInput = { ...glueConnectionOf(before.values), ...glueConnectionOf(patch.values) };
  return { kind: before.kind, values };
}

export function glueConnectionOf(values: ConnectionProperties['values']): Readonly<Record<string, unknown>> {
  return (values.glueConnectionInput ?? {}) as Readonly<Record<string, unknown>>;
}

function findSecret(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, inner] of Object.entries(value)) {
    if (inner === undefined) continue;
    const found = SECRET_MEMBERS.has(name) ? name : findSecret(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
