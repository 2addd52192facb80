import type { UpdateConnectionInput, UpdateConnectionOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { readProperties } from './connection-properties.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeConnection } from './describe-connection.ts';

/** What was not said stays; of the properties too. */
export function updateConnection({
  connections,
}: DataZoneDeps): Handler<UpdateConnectionInput, UpdateConnectionOutput> {
  return async (input, ctx) => {
    const { description, awsLocation, configurations } = input;
    const changes = { description, awsLocation, configurations, properties: readProperties(input.props) };
    return describeConnection(
      await connections.update(
        { accountId: ctx.accountId, domainId: input.domainIdentifier, connectionId: input.identifier },
        changes,
      ),
    );
  };
}
