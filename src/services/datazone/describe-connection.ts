import { glueConnectionOf } from '../../governance/containers/connection-properties.ts';
import type { DescribedConnection } from '../../governance/containers/connections.ts';
import type {
  Configuration,
  ConnectionPropertiesOutput,
  ConnectionSummary,
  ConnectionType,
  GlueConnection,
  PhysicalEndpoint,
  Protocol,
} from '../../wire/generated/datazone.ts';

export function describeConnection(connection: DescribedConnection) {
  return { ...summariseConnection(connection), description: connection.description };
}

export function summariseConnection(connection: DescribedConnection): ConnectionSummary {
  return {
    connectionId: connection.connectionId,
    domainId: connection.domainId,
    domainUnitId: connection.unitId,
    projectId: connection.projectId,
    environmentId: connection.environmentId,
    name: connection.name,
    type: connection.type as ConnectionType,
    scope: connection.scope,
    configurations: connection.settings.configurations as readonly Configuration[] | undefined,
    physicalEndpoints: [describeEndpoint(connection)],
    props: describeProperties(connection),
  };
}

const PROTOCOL_OF_KIND: Readonly<Record<string, Protocol>> = {
  athenaProperties: 'ATHENA',
  redshiftProperties: 'JDBC',
  sparkEmrProperties: 'LIVY',
  sparkGlueProperties: 'GLUE_INTERACTIVE_SESSION',
};

/** Where a connection leads, as far as was said. */
function describeEndpoint(connection: DescribedConnection): PhysicalEndpoint {
  const { properties, settings } = connection;
  const { host, port, glueConnectionName, glueConnectionNames } = properties.values as PhysicalEndpoint;
  return {
    awsLocation: settings.awsLocation,
    enableTrustedIdentityPropagation: settings.enableTrustedIdentityPropagation,
    protocol: PROTOCOL_OF_KIND[properties.kind],
    host,
    port,
    glueConnectionName,
    glueConnectionNames,
    glueConnection: properties.kind === 'glueProperties' ? describeGlueConnection(connection) : undefined,
  };
}

function describeGlueConnection({ properties, createdAtMs, updatedAtMs }: DescribedConnection): GlueConnection {
  const { matchCriteria, validateForComputeEnvironments, validateCredentials, ...said } = glueConnectionOf(
    properties.values,
  );
  return {
    ...said,
    matchCriteria: typeof matchCriteria === 'string' ? [matchCriteria] : undefined,
    compatibleComputeEnvironments: validateForComputeEnvironments as GlueConnection['compatibleComputeEnvironments'],
    status: 'READY',
    creationTime: createdAtMs,
    lastUpdatedTime: updatedAtMs,
  };
}

/** What was said, as the answer's member of the union says it. */
function describeProperties({ properties, environmentId }: DescribedConnection): ConnectionPropertiesOutput {
  const { kind, values } = properties;
  const { host, port, ...ofRedshift } = values;
  const described: Readonly<Record<string, unknown>> = {
    glueProperties: { status: 'READY' },
    iamProperties: { ...values, environmentId },
    redshiftProperties: { ...ofRedshift, status: 'READY' },
    s3Properties: { ...values, status: 'READY' },
  };
  return { [kind]: described[kind] ?? values } as unknown as ConnectionPropertiesOutput;
}
