import type { ExportTask } from './export-task.ts';

/** What clients read about an export, word for word. */
export const SUCCEEDED_TEXT =
  'Data export ran successfully and is accessible from the download URL. The URL will expire in 24 hours. The export data expires in 10 days.';
const IN_PROGRESS_TEXT = 'Export in progress.';

export function describeStatus(task: Pick<ExportTask, 'status' | 'failure'>): string {
  if (task.status === 'SUCCEEDED') return SUCCEEDED_TEXT;
  return task.status === 'FAILED' ? `Export failed: ${task.failure}` : IN_PROGRESS_TEXT;
}
