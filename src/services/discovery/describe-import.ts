import { serviceBucketName } from '../../buckets/service-bucket.ts';
import type { ImportTask } from '../../imports/import-task.ts';
import type { ImportTask as DescribedTask } from '../../wire/generated/discovery.ts';
import type { CallContext } from '../../wire/handlers.ts';
import { downloadUrl, type UrlSigner } from './download-url.ts';

const URL_SECONDS = 24 * 60 * 60;

/** A task as the operations answer it. Each answer signs a fresh URL of the errors, if there are some. */
export function describeImportTask(
  task: ImportTask,
  { ctx, signer, region }: { ctx: CallContext; signer: UrlSigner; region: string },
): DescribedTask {
  const { reportKey, completedAtMs, deletedAtMs, fileClassification } = task;
  const bucket = serviceBucketName(task.accountId, region);
  return {
    importTaskId: task.taskId,
    clientRequestToken: task.clientRequestToken,
    name: task.name,
    importUrl: task.importUrl,
    status: task.status,
    importRequestTime: task.requestedAtMs,
    ...(completedAtMs === undefined ? {} : { importCompletionTime: completedAtMs }),
    ...(deletedAtMs === undefined ? {} : { importDeletedTime: deletedAtMs }),
    ...(fileClassification === undefined ? {} : { fileClassification }),
    serverImportSuccess: task.serversImported,
    serverImportFailure: task.serversFailed,
    applicationImportSuccess: task.applicationsImported,
    applicationImportFailure: task.applicationsFailed,
    ...(reportKey === undefined
      ? {}
      : {
          errorsAndFailedEntriesZip: downloadUrl(signer, ctx, { bucket, key: reportKey, expiresSeconds: URL_SECONDS }),
        }),
  };
}
