import type { CreateConnectionInput, CreateConnectionOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { tokenUse } from './client-token.ts';
import { readProperties } from './connection-properties.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeConnection } from './describe-connection.ts';

export function createConnection({
  connections,
}: DataZoneDeps): Handler<CreateConnectionInput, CreateConnectionOutput> {
  return async (input, ctx) => {
    const { awsLocation, configurations, enableTrustedIdentityPropagation } = input;
    const wanted = {
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      environmentId: input.environmentIdentifier,
      name: input.name,
      description: input.description,
      scope: input.scope,
      properties: readProperties(input.props),
      settings: { awsLocation, configurations, enableTrustedIdentityPropagation },
    };
    return describeConnection(await connections.create(wanted, tokenUse(ctx, { ...input })));
  };
}
