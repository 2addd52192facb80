import type { CancelDataSourceRunInput, CancelDataSourceRunOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** What the run has imported stays; DataZone shows it FAILED, since it has no other state for that. */
export function cancelDataSourceRun({
  beyond,
}: PeriplusDeps): Handler<CancelDataSourceRunInput, CancelDataSourceRunOutput> {
  return async ({ domainId, runId }, { accountId }) => {
    const run = await beyond.cancel({ accountId, domainId, runId });
    return { runId: run.runId, status: run.status };
  };
}
