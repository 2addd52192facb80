import type { Command } from 'commander';
import { type AwsClient, reach } from '../aws-client.ts';
import { addClientOptions, openClient } from '../client-options.ts';
import { renderTable } from '../text-table.ts';
import {
  type InventoryStatus,
  readInventory,
  readTasks,
  renderInventory,
  renderTasks,
  type TaskStatus,
} from './status-inventory.ts';

const DATABASE = 'application_discovery_service_database';

interface AgentInfo {
  readonly agentId: string;
  readonly hostName: string;
  readonly health: string;
  readonly collectionStatus: string;
  readonly lastHealthPingTime: string;
  readonly version: string;
}

interface ExportDescription {
  readonly exportId: string;
  readonly status: string;
  readonly statusDetail?: string;
  readonly s3Bucket: string;
  readonly startTime: number;
}

interface GlueTable {
  readonly Name: string;
  readonly Parameters?: Readonly<Record<string, string>>;
}

interface Status {
  readonly endpoint: string;
  readonly agents: readonly AgentInfo[];
  readonly exports: readonly ExportDescription[];
  readonly inventory: InventoryStatus;
  readonly tasks: readonly TaskStatus[];
  readonly tables: readonly {
    readonly name: string;
    readonly completeUntil: string | undefined;
    readonly lagSeconds: number | undefined;
  }[];
  readonly backlogBytes: number | undefined;
  readonly freeBytes: number | undefined;
  readonly memoryBytes: number | undefined;
}

export function addStatusCommand(program: Command): void {
  addClientOptions(
    program
      .command('status')
      .description('One screen: agents, inventory, tasks, export, how complete the tables are, disk.'),
  )
    .option('--json', 'Print JSON')
    .action(async (options: { json?: boolean }, command: Command) => {
      const { client, target } = openClient(command);
      const status = await readStatus(client, target.endpoint);
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify(status)}\n`
          : `${renderStatus(status, process.stdout.columns ?? 120)}\n`,
      );
    });
}

async function readStatus(client: AwsClient, endpoint: string): Promise<Status> {
  const [agents, exports, inventory, tasks, tables, metrics] = await Promise.all([
    readAll<AgentInfo>(client, 'DescribeAgents', 'agentsInfo'),
    readAll<ExportDescription>(client, 'DescribeContinuousExports', 'descriptions'),
    readInventory(client),
    readTasks(client),
    readTables(client),
    readMetrics(endpoint),
  ]);
  return {
    endpoint,
    agents,
    exports,
    inventory,
    tasks,
    tables: tables.map(describeTable),
    backlogBytes: metrics.get('periplus_backlog_bytes'),
    freeBytes: metrics.get('periplus_free_bytes'),
    memoryBytes: metrics.get('periplus_resident_memory_bytes'),
  };
}

async function readAll<T>(client: AwsClient, operation: string, member: string): Promise<T[]> {
  const items: T[] = [];
  let nextToken: string | undefined;
  do {
    const page: Record<string, unknown> = await client.call(
      'discovery',
      operation,
      nextToken === undefined ? {} : { nextToken },
    );
    items.push(...((page[member] ?? []) as T[]));
    nextToken = page.nextToken as string | undefined;
  } while (nextToken !== undefined);
  return items;
}

/** No table before the first export: that is a state to show, not an error. */
async function readTables(client: AwsClient): Promise<readonly GlueTable[]> {
  const { DatabaseList } = await client.call<{ DatabaseList: readonly { Name: string }[] }>('glue', 'GetDatabases', {});
  if (!DatabaseList.some((database) => database.Name === DATABASE)) return [];
  return (await client.call<{ TableList: readonly GlueTable[] }>('glue', 'GetTables', { DatabaseName: DATABASE }))
    .TableList;
}

async function readMetrics(endpoint: string): Promise<Map<string, number>> {
  const text = await (await reach(endpoint, '/metrics')).text();
  return new Map([...text.matchAll(/^(\w+) ([\d.e+-]+)$/gm)].map(([, name = '', value]) => [name, Number(value)]));
}

function describeTable(table: GlueTable): Status['tables'][number] {
  const throughMs = table.Parameters?.valid_through_ms;
  if (throughMs === undefined) return { name: table.Name, completeUntil: undefined, lagSeconds: undefined };
  const lagSeconds = Math.round((Date.now() - Number(throughMs)) / 1000);
  return { name: table.Name, completeUntil: new Date(Number(throughMs)).toISOString(), lagSeconds };
}

const AGENTS_SHOWN = 10;

function renderStatus(status: Status, width: number): string {
  const blocks = [
    renderAgents(status, width),
    renderInventory(status.inventory),
    renderTasks(status.tasks, width),
    renderExports(status),
    renderTables(status, width),
    renderMachine(status),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function renderAgents({ agents }: Status, width: number): string {
  if (agents.length === 0)
    return 'No agents yet. On a host to discover: periplus agent --endpoint URL --enrollment-token T';
  const byHealth = [...Map.groupBy(agents, (agent) => agent.health)]
    .map(([health, some]) => `${some.length} ${health}`)
    .join(', ');
  const rows = agents
    .slice(0, AGENTS_SHOWN)
    .map((agent) => [
      agent.agentId,
      agent.hostName,
      agent.health,
      agent.collectionStatus,
      agent.lastHealthPingTime,
      agent.version,
    ]);
  const more = agents.length > AGENTS_SHOWN ? `\n… and ${agents.length - AGENTS_SHOWN} more` : '';
  return `Agents: ${byHealth}\n${renderTable(['agent', 'host', 'health', 'collection', 'last contact', 'version'], rows, width)}${more}`;
}

function renderExports({ exports }: Status): string {
  const current = exports[0];
  if (current === undefined) return 'No continuous export yet. Start one: aws discovery start-continuous-export';
  const detail = current.statusDetail === undefined ? '' : ` (${current.statusDetail})`;
  return `Continuous export: ${current.status}${detail}\n  ${current.exportId}\n  s3://${current.s3Bucket}`;
}

function renderTables({ tables }: Status, width: number): string {
  if (tables.length === 0) return 'No tables yet.';
  const rows = tables.map((table) => [
    table.name,
    table.completeUntil ?? '-',
    table.lagSeconds === undefined ? '-' : formatLag(table.lagSeconds),
  ]);
  return `Tables of ${DATABASE}\n${renderTable(['table', 'complete until', 'lag'], rows, width)}`;
}

function renderMachine(status: Status): string {
  const parts = [
    ['not yet in Parquet', status.backlogBytes],
    ['free disk', status.freeBytes],
    ['server memory', status.memoryBytes],
  ] as const;
  return parts.map(([name, bytes]) => `${name} ${bytes === undefined ? '-' : formatBytes(bytes)}`).join(' · ');
}

function formatLag(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 3600)} h`;
}

function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${(bytes / 1024 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
