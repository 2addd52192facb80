import type {
  ResultConfiguration,
  StartQueryExecutionInput,
  StartQueryExecutionOutput,
} from '../../wire/generated/athena.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { AthenaDeps } from './athena-service.ts';
import { InvalidRequestException, withServiceErrors } from './errors.ts';

export function startQueryExecution({
  queries,
}: AthenaDeps): Handler<StartQueryExecutionInput, StartQueryExecutionOutput> {
  return async (input, ctx) => {
    refuseUnsupported(input, ctx.accountId);
    const id = await withServiceErrors(() =>
      queries.start({
        sql: input.QueryString,
        clientRequestToken: input.ClientRequestToken,
        catalog: input.QueryExecutionContext?.Catalog,
        database: input.QueryExecutionContext?.Database,
        workGroup: input.WorkGroup,
        outputLocation: input.ResultConfiguration?.OutputLocation,
        parameters: input.ExecutionParameters ?? [],
      }),
    );
    return { QueryExecutionId: id };
  };
}

/** What would change the outcome and is not there is refused; what says what we do anyway is fine. */
function refuseUnsupported(input: StartQueryExecutionInput, accountId: string): void {
  if (input.EngineConfiguration !== undefined) throw unsupported('EngineConfiguration');
  if (input.ResultReuseConfiguration?.ResultReuseByAgeConfiguration?.Enabled === true)
    throw unsupported('ResultReuseConfiguration.ResultReuseByAgeConfiguration.Enabled');
  if (input.ResultConfiguration !== undefined) refuseInResult(input.ResultConfiguration, accountId);
}

function refuseInResult(result: ResultConfiguration, accountId: string): void {
  if (result.EncryptionConfiguration !== undefined) throw unsupported('ResultConfiguration.EncryptionConfiguration');
  if (result.AclConfiguration !== undefined) throw unsupported('ResultConfiguration.AclConfiguration');
  if (result.ExpectedBucketOwner !== undefined && result.ExpectedBucketOwner !== accountId)
    throw new InvalidRequestException('ResultConfiguration.ExpectedBucketOwner is not the owner of the output bucket');
}

function unsupported(member: string): InvalidRequestException {
  return new InvalidRequestException(`${member} is not supported by Periplus`);
}
