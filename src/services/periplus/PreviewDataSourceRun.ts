import type { PreviewDataSourceRunInput, PreviewDataSourceRunOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** What a run would do now, a line for every table. Writes nothing. */
export function previewDataSourceRun({
  beyond,
}: PeriplusDeps): Handler<PreviewDataSourceRunInput, PreviewDataSourceRunOutput> {
  return ({ domainId, dataSourceId }, { accountId }) => beyond.dryRun({ accountId, domainId, dataSourceId });
}
