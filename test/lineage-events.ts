import { type DataZoneClient, GetLineageNodeCommand, PostLineageEventCommand } from '@aws-sdk/client-datazone';

// OpenLineage run events for tests.

export interface EventParts {
  readonly type?: string;
  readonly time?: string;
  readonly job?: string;
  readonly runId?: string;
  readonly inputs?: readonly unknown[];
  readonly outputs?: readonly unknown[];
  readonly runFacets?: Readonly<Record<string, unknown>>;
  readonly jobFacets?: Readonly<Record<string, unknown>>;
}

export function runEvent(parts: EventParts = {}) {
  return {
    eventType: parts.type ?? 'COMPLETE',
    eventTime: parts.time ?? '2024-07-01T12:00:00.000000Z',
    producer: 'https://example.org/tests',
    schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
    run: { runId: parts.runId ?? 'run-1', facets: parts.runFacets ?? {} },
    job: { namespace: 'ns', name: parts.job ?? 'job', facets: parts.jobFacets ?? {} },
    inputs: parts.inputs ?? [],
    outputs: parts.outputs ?? [],
  };
}

export function dataset(name: string, facets?: Readonly<Record<string, unknown>>) {
  return { namespace: 'db', name, ...(facets === undefined ? {} : { facets }) };
}

export async function post(client: DataZoneClient, domainIdentifier: string, event: unknown, clientToken?: string) {
  const text = typeof event === 'string' ? event : JSON.stringify(event);
  const command = new PostLineageEventCommand({ domainIdentifier, event: Buffer.from(text), clientToken });
  return (await client.send(command)).id as string;
}

export function getNode(client: DataZoneClient, domainIdentifier: string, identifier: string, at?: string) {
  const eventTimestamp = at === undefined ? undefined : new Date(at);
  return client.send(new GetLineageNodeCommand({ domainIdentifier, identifier, eventTimestamp }));
}

/** The source identifiers of a node's neighbours. */
export async function neighbours(
  client: DataZoneClient,
  domainIdentifier: string,
  identifier: string,
  at?: string,
): Promise<{ up: string[]; down: string[] }> {
  const node = await getNode(client, domainIdentifier, identifier, at);
  const name = async ({ id }: { id?: string | undefined }) =>
    (await getNode(client, domainIdentifier, id as string)).sourceIdentifier as string;
  return {
    up: await Promise.all((node.upstreamNodes ?? []).map(name)),
    down: await Promise.all((node.downstreamNodes ?? []).map(name)),
  };
}
