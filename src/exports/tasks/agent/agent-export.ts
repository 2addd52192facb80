import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TableName } from '../../../core/records.ts';
import { formatSecondsText } from '../../../core/time.ts';
import type { LakeWriter } from '../../../ports/sql-engine.ts';
import { listFilesBetween } from '../../../telemetry/store.ts';
import type { AgentOrder, ExportTask } from '../export-task.ts';
import type { MakingPlace, MakingPorts } from '../making.ts';
import { SUCCEEDED_TEXT } from '../status-texts.ts';
import type { ZipEntry } from '../zip-file.ts';
import { AGENT_FILES, type AgentFile, type AgentRows, composeCsvCopy, composeSpan } from './agent-files.ts';

interface Window {
  readonly fromMs: number | undefined;
  readonly toMs: number | undefined;
}

/** What there is of one table in the window. */
interface Part {
  readonly file: AgentFile;
  readonly rows: AgentRows;
  readonly count: number;
  readonly firstMs: number | undefined;
  readonly lastMs: number | undefined;
}

/**
 * Everything one agent reported in a window, a CSV file a table and `results.json`. DuckDB reads the live Parquet files of
 * the lake and writes the CSV; no row passes through this process. A file that a compaction replaces meanwhile keeps its
 * bytes for longer than an export takes.
 */
export async function makeAgentExport(
  ports: MakingPorts,
  task: ExportTask & { readonly order: AgentOrder },
  place: MakingPlace,
): Promise<ZipEntry[]> {
  await using writer = await ports.openWriter();
  const asked = { fromMs: task.order.startMs, toMs: task.order.endMs };
  const found = await measure(ports, writer, task, asked);
  const window = cutWindow(asked, found, place.windowMsMax);
  const parts = window === asked ? found : await measure(ports, writer, task, window);
  const entries: ZipEntry[] = [];
  for (const part of parts) {
    place.signal.throwIfAborted();
    const name = `${task.accountId}_${part.file.name}.csv`;
    const path = join(place.folder, name);
    if (part.count === 0) await writeFile(path, `${part.file.columns.map(([, header]) => header).join(',')}\n`);
    else await writer.run(composeCsvCopy(part.file, part.rows, path));
    entries.push({ name, path });
  }
  return [...entries, await writeResults(ports, { task, window, parts, entries }, place)];
}

async function measure(
  ports: MakingPorts,
  writer: LakeWriter,
  task: ExportTask & { readonly order: AgentOrder },
  window: Window,
): Promise<Part[]> {
  const parts: Part[] = [];
  for (const file of AGENT_FILES) {
    const paths = await locateFiles(ports, task.accountId, file.table, window);
    const { accountId, order } = task;
    const rows = { table: file.table, paths, accountId, agentId: order.agentId, ...window };
    const [span] = paths.length === 0 ? [] : await writer.run(composeSpan(rows));
    const count = Number(span?.rows ?? 0);
    parts.push({ file, rows, count, firstMs: readMs(count, span?.first_ms), lastMs: readMs(count, span?.last_ms) });
  }
  return parts;
}

function readMs(count: number, value: unknown): number | undefined {
  return count === 0 ? undefined : Number(value);
}

async function locateFiles(
  ports: MakingPorts,
  accountId: string,
  table: TableName,
  window: Window,
): Promise<readonly string[]> {
  const files = await listFilesBetween(ports.state.queries, accountId, table, window);
  return files.map((file) => ports.objects.locate(file.objectKey));
}

/** An open-ended window, cut to the longest one from its start where quotas have one. */
function cutWindow(asked: Window, parts: readonly Part[], windowMsMax: number): Window {
  if (asked.fromMs !== undefined && asked.toMs !== undefined) return asked;
  const fromMs = asked.fromMs ?? spanOf(parts).firstMs;
  if (fromMs === undefined || windowMsMax === Number.POSITIVE_INFINITY) return asked;
  const endMs = fromMs + windowMsMax;
  return { fromMs, toMs: Math.min(asked.toMs ?? endMs, endMs) };
}

function spanOf(parts: readonly Part[]): { firstMs: number | undefined; lastMs: number | undefined } {
  const first = parts.flatMap((part) => part.firstMs ?? []);
  const last = parts.flatMap((part) => part.lastMs ?? []);
  return {
    firstMs: first.length === 0 ? undefined : Math.min(...first),
    lastMs: last.length === 0 ? undefined : Math.max(...last),
  };
}

async function writeResults(
  ports: MakingPorts,
  made: {
    task: ExportTask & { readonly order: AgentOrder };
    window: Window;
    parts: readonly Part[];
    entries: readonly ZipEntry[];
  },
  place: MakingPlace,
): Promise<ZipEntry> {
  const { task, window, parts, entries } = made;
  const sizes = await Promise.all(entries.map(async ({ path }) => (await stat(path)).size));
  const { firstMs, lastMs } = spanOf(parts);
  const actual =
    firstMs === undefined || lastMs === undefined
      ? {}
      : { ActualStartTime: formatSecondsText(firstMs), ActualEndTime: formatSecondsText(lastMs) };
  const results = {
    CustomerAccount: task.accountId,
    RequestedFilters: [{ Name: 'agentIds', Values: [task.order.agentId], Condition: 'EQUALS' }],
    // Readers fall back on these where there are no actual times, so they are always filled.
    RequestedStartTime: formatSecondsText(window.fromMs ?? firstMs ?? task.requestedAtMs),
    RequestedEndTime: formatSecondsText(window.toMs ?? lastMs ?? task.requestedAtMs),
    ResultFilesGenerated: entries.length,
    TotalSizeOfResultFiles: sizes.reduce((sum, size) => sum + size, 0),
    ExportStartedAt: formatSecondsText(ports.clock.nowMs()),
    ExportStatus: 'SUCCEEDED',
    ExportSummary: { isTruncated: false, ...actual },
    StatusMessage: SUCCEEDED_TEXT,
  };
  const name = `${task.accountId}_results.json`;
  const path = join(place.folder, name);
  await writeFile(path, `${JSON.stringify(results, undefined, 2)}\n`);
  return { name, path };
}
