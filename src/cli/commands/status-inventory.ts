import type { AwsClient } from '../aws-client.ts';
import { renderTable } from '../text-table.ts';

/** What `status` tells of the inventory and of the imports and exports made of it. */
export interface InventoryStatus {
  readonly servers: number;
  readonly applications: number;
  readonly processes: number;
  readonly connections: number;
  /** Segments of the log that the inventory has not taken in yet. */
  readonly segmentsBehind: number;
}

export interface TaskStatus {
  readonly kind: 'import' | 'export';
  readonly id: string;
  readonly status: string;
  readonly requestedAt: string;
  readonly detail: string;
}

interface ImportTask {
  readonly importTaskId: string;
  readonly name: string;
  readonly status: string;
  readonly importRequestTime: number;
  readonly serverImportSuccess: number;
  readonly serverImportFailure: number;
}

interface ExportInfo {
  readonly exportId: string;
  readonly exportStatus: string;
  readonly statusMessage: string;
  readonly exportRequestTime: number;
}

interface Projection {
  readonly projectedSegment: number;
  readonly rolledSegment: number;
  readonly processes: number;
  readonly connections: number;
}

/** The newest of each kind: older ones are for DescribeImportTasks and DescribeExportTasks. */
const TASKS_SHOWN = 3;

export async function readInventory(client: AwsClient): Promise<InventoryStatus> {
  const [summary, projection] = await Promise.all([
    client.call<{ servers: number; applications: number }>('discovery', 'GetDiscoverySummary', {}),
    client.call<Projection>('periplus', 'DescribeProjection', {}),
  ]);
  return {
    servers: summary.servers,
    applications: summary.applications,
    processes: projection.processes,
    connections: projection.connections,
    segmentsBehind: Math.max(0, projection.rolledSegment - projection.projectedSegment),
  };
}

export async function readTasks(client: AwsClient): Promise<TaskStatus[]> {
  const page = { maxResults: TASKS_SHOWN };
  const [imports, exports] = await Promise.all([
    client.call<{ tasks: readonly ImportTask[] }>('discovery', 'DescribeImportTasks', page),
    client.call<{ exportsInfo: readonly ExportInfo[] }>('discovery', 'DescribeExportTasks', page),
  ]);
  return [...imports.tasks.map(describeImport), ...exports.exportsInfo.map(describeExport)].sort((a, b) =>
    a.requestedAt < b.requestedAt ? 1 : -1,
  );
}

export function renderInventory(inventory: InventoryStatus): string {
  const { servers, applications, processes, connections, segmentsBehind } = inventory;
  const counts = [
    ['servers', servers],
    ['processes', processes],
    ['connections', connections],
    ['applications', applications],
  ] as const;
  const behind = segmentsBehind === 0 ? 'up to date with the lake' : `${segmentsBehind} segments behind the lake`;
  return `Inventory: ${counts.map(([name, count]) => `${name} ${count}`).join(' · ')} · ${behind}`;
}

export function renderTasks(tasks: readonly TaskStatus[], width: number): string {
  if (tasks.length === 0) return '';
  const rows = tasks.map((task) => [task.kind, task.status, task.requestedAt, task.detail]);
  return `Newest imports and exports\n${renderTable(['kind', 'status', 'requested', 'what'], rows, width)}`;
}

function describeImport(task: ImportTask): TaskStatus {
  const failed = task.serverImportFailure === 0 ? '' : `, ${task.serverImportFailure} failed`;
  return {
    kind: 'import',
    id: task.importTaskId,
    status: task.status,
    requestedAt: formatTime(task.importRequestTime),
    detail: `${task.name}: ${task.serverImportSuccess} servers${failed}`,
  };
}

function describeExport(task: ExportInfo): TaskStatus {
  return {
    kind: 'export',
    id: task.exportId,
    status: task.exportStatus,
    requestedAt: formatTime(task.exportRequestTime),
    detail: task.exportStatus === 'FAILED' ? task.statusMessage : task.exportId,
  };
}

function formatTime(epochSeconds: number): string {
  return `${new Date(epochSeconds * 1000).toISOString().slice(0, 19)}Z`;
}
