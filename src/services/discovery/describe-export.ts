import type { ExportTask } from '../../exports/tasks/export-task.ts';
import { describeStatus } from '../../exports/tasks/status-texts.ts';
import type { ExportInfo } from '../../wire/generated/discovery.ts';
import type { CallContext } from '../../wire/handlers.ts';
import { downloadUrl, type UrlSigner } from './download-url.ts';

const URL_SECONDS_MAX = 24 * 60 * 60;

/** An export as both operations answer it. Each answer signs a fresh URL, which never outlives the data. */
export function describeExportTask(
  task: ExportTask,
  answer: { ctx: CallContext; signer: UrlSigner; nowMs: number },
): ExportInfo {
  const { order, result } = task;
  const agent = order.kind === 'AGENT' ? order : undefined;
  const expiresSeconds =
    result === undefined ? 0 : Math.min(URL_SECONDS_MAX, Math.floor((result.expiresAtMs - answer.nowMs) / 1000));
  return {
    exportId: task.exportId,
    exportStatus: task.status,
    statusMessage: describeStatus(task),
    ...(result === undefined || expiresSeconds <= 0
      ? {}
      : { configurationsDownloadUrl: downloadUrl(answer.signer, answer.ctx, { ...result, expiresSeconds }) }),
    exportRequestTime: task.requestedAtMs,
    ...(agent === undefined ? {} : { isTruncated: false }),
    ...(agent?.startMs === undefined ? {} : { requestedStartTime: agent.startMs }),
    ...(agent?.endMs === undefined ? {} : { requestedEndTime: agent.endMs }),
  };
}
