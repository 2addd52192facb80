import type { StartDataSourceRunInput, StartDataSourceRunOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import { tokenUse } from './client-token.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeRun } from './describe-run.ts';

export function startDataSourceRun({ runs }: DataZoneDeps): Handler<StartDataSourceRunInput, StartDataSourceRunOutput> {
  return async (input, ctx) => {
    const source = {
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      dataSourceId: input.dataSourceIdentifier,
    };
    return describeRun(await runs.start(source, tokenUse(ctx, { ...input })));
  };
}
