/** `./periplus datazone …`: a first run in one call, and what DataZone has no operation for. */

import { Argument, type Command, InvalidArgumentError } from 'commander';
import { addClientOptions, openClient } from '../client-options.ts';
import { print, printTable } from './datazone-print.ts';
import { previewRun, runNow } from './datazone-run.ts';
import { findDomain, findSource, type SourceOptions } from './datazone-target.ts';

interface JsonOption {
  readonly json?: boolean;
}
type DomainOptions = JsonOption & { readonly domain?: string };

export function addDataZoneCommands(program: Command): void {
  const group = program.command('datazone').description('Data sources and their runs.');
  addBootstrap(group);
  addRun(group);
  addCancel(group);
  addLog(group);
  addStale(group);
  addArchiving(group);
  addHourly(group);
  addDenials(group);
}

function addBootstrap(group: Command): void {
  command(group, 'bootstrap', 'Make a domain, a project and a data source, unless they are there.')
    .option('--database <D>', 'database of the catalogue to read; default the one of continuous exports')
    .action(async (options: JsonOption & { database?: string }, self: Command) => {
      const { client } = openClient(self);
      const made = await client.call<object>('periplus', 'BootstrapDataZone', { database: options.database });
      print(options, made, () => printTable(['what', 'id'], Object.entries(made) as [string, string][]));
    });
}

function addRun(group: Command): void {
  withSource(command(group, 'run', 'Run a data source and wait for the end.'))
    .option('--dry-run', 'change nothing; tell what a run would do')
    .option('--all', 'with --dry-run: unchanged tables as well')
    .action(async (options: SourceOptions & JsonOption & { dryRun?: boolean; all?: boolean }, self: Command) => {
      const { client } = openClient(self);
      const source = await findSource(client, options);
      if (options.dryRun === true) await previewRun(client, source, options);
      else await runNow(client, source, options);
    });
}

function addCancel(group: Command): void {
  withDomain(command(group, 'cancel', 'End a live run; what it has imported stays.'))
    .argument('<RUN>', 'id of the run')
    .action(async (runId: string, options: DomainOptions, self: Command) => {
      const { client } = openClient(self);
      const input = { domainId: await findDomain(client, options), runId };
      const ended = await client.call<{ status: string }>('periplus', 'CancelDataSourceRun', input);
      print(options, ended, () => `Run ${runId} is ${ended.status}.`);
    });
}

interface RunLog {
  readonly dataSourceId: string;
  readonly status: string;
  readonly lines: readonly { at: number; message: string }[];
  readonly tables: readonly {
    readonly database: string;
    readonly table: string;
    readonly status: string;
    readonly reason?: string;
    readonly assetId?: string;
    readonly error?: string;
  }[];
  readonly tablesLeftOut: number;
}

function addLog(group: Command): void {
  withDomain(command(group, 'log', 'What a run did, a line for every table.'))
    .argument('<RUN>', 'id of the run')
    .action(async (runId: string, options: DomainOptions, self: Command) => {
      const { client } = openClient(self);
      const input = { domainId: await findDomain(client, options), runId };
      const log = await client.call<RunLog>('periplus', 'GetDataSourceRunLog', input);
      print(options, log, () => renderLog(log));
    });
}

function renderLog(log: RunLog): string {
  const tables = log.tables.map((one) => [
    `${one.database}.${one.table}`,
    one.status,
    one.error ?? one.reason ?? '',
    one.assetId ?? '',
  ]);
  const lines = log.lines.map(({ at, message }) => [new Date(at * 1000).toISOString(), message]);
  const { tablesLeftOut: leftOut } = log;
  const ending = leftOut === 0 ? '' : `\n\n${leftOut} more: ListDataSourceRunActivities has them all.`;
  return `${printTable(['time', 'what'], lines)}\n\n${printTable(['table', 'status', 'why', 'asset'], tables)}${ending}`;
}

interface StaleReport {
  readonly stale: readonly { assetId: string; name: string; database: string; table: string }[];
  readonly assets: number;
  readonly removed?: number;
}

function addStale(group: Command): void {
  withSource(command(group, 'stale', 'Assets whose tables are gone.'))
    .option('--remove', 'archive them and take them off the listings; refused when they are more than 75 %')
    .action(async (options: SourceOptions & JsonOption & { remove?: boolean }, self: Command) => {
      const { client } = openClient(self);
      const operation = options.remove === true ? 'RemoveStaleAssets' : 'GetStaleAssets';
      const report = await client.call<StaleReport>('periplus', operation, await findSource(client, options));
      print(options, report, () => renderStale(report));
    });
}

function renderStale({ stale, assets, removed }: StaleReport): string {
  const rows = stale.map((one) => [`${one.database}.${one.table}`, one.name, one.assetId]);
  const summary = `${stale.length} of ${assets} assets have lost their table.`;
  const ending = removed === undefined ? '' : ` ${removed} were archived.`;
  return rows.length === 0 ? summary : `${printTable(['table', 'asset', 'id'], rows)}\n\n${summary}${ending}`;
}

function addArchiving(group: Command): void {
  const verbs = [
    ['archive', 'ArchiveAsset', 'Put an asset away: runs skip it, its listing ends.'],
    ['unarchive', 'UnarchiveAsset', 'Let runs keep an asset up to date again.'],
  ] as const;
  for (const [name, operation, description] of verbs) {
    withDomain(command(group, name, description))
      .argument('<ASSET>', 'id of the asset')
      .action(async (assetId: string, options: DomainOptions, self: Command) => {
        const { client } = openClient(self);
        await client.call('periplus', operation, { domainId: await findDomain(client, options), assetId });
        print(options, { assetId, archived: name === 'archive' }, () => `Asset ${assetId} is ${name}d.`);
      });
  }
}

function addHourly(group: Command): void {
  withSource(command(group, 'hourly', 'Run a data source every hour, beside the schedule that DataZone has.'))
    .addArgument(new Argument('<MINUTE>', 'minute of the hour, UTC, or off').argParser(readMinute))
    .action(async (minute: number | undefined, options: SourceOptions & JsonOption, self: Command) => {
      const { client } = openClient(self);
      const input = { ...(await findSource(client, options)), minute };
      const answer = await client.call<{ minute?: number }>('periplus', 'SetHourlySchedule', input);
      const text = answer.minute === undefined ? 'no more' : `at minute ${answer.minute}`;
      print(options, answer, () => `Data source ${input.dataSourceId} runs hourly ${text}.`);
    });
}

function readMinute(text: string): number | undefined {
  if (text === 'off') return undefined;
  if (/^[0-5]?\d$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number from 0 to 59, or off.');
}

interface Denial {
  readonly ruleId: string;
  readonly roleArn: string;
  readonly action: string;
  readonly database: string;
  readonly table: string;
}

function addDenials(group: Command): void {
  command(group, 'deny', 'Keep a data access role from tables, or from being assumed.')
    .argument('<ROLE>', 'ARN of the role, or * for all')
    .option('--assume', 'the role itself instead of tables')
    .option('--database <D>', 'databases, * for any characters')
    .option('--table <T>', 'tables, * for any characters')
    .action(
      async (
        role: string,
        options: JsonOption & { assume?: true; database?: string; table?: string },
        self: Command,
      ) => {
        const { client } = openClient(self);
        const { assume, database, table } = options;
        const input = { roleArn: role, action: assume === true ? 'ASSUME' : 'READ', database, table };
        const { rule } = await client.call<{ rule: Denial }>('periplus', 'DenyDataAccess', input);
        print(options, rule, () => renderDenials([rule]));
      },
    );
  command(group, 'allow', 'Take a denial back.')
    .argument('<RULE>', 'id of the denial')
    .action(async (ruleId: string, options: JsonOption, self: Command) => {
      await openClient(self).client.call('periplus', 'AllowDataAccess', { ruleId });
      print(options, { ruleId }, () => `Denial ${ruleId} is taken back.`);
    });
  command(group, 'denials', 'What data access roles may not do.').action(async (options: JsonOption, self: Command) => {
    const { client } = openClient(self);
    const { rules } = await client.call<{ rules: Denial[] }>('periplus', 'ListDataAccessDenials', {});
    print(options, rules, () => renderDenials(rules));
  });
}

function renderDenials(rules: readonly Denial[]): string {
  if (rules.length === 0) return 'Nothing is denied.';
  const rows = rules.map((rule) => [rule.ruleId, rule.roleArn, rule.action, rule.database, rule.table]);
  return printTable(['id', 'role', 'denies', 'database', 'table'], rows);
}

function command(group: Command, name: string, description: string): Command {
  return addClientOptions(group.command(name).description(description)).option('--json', 'Print JSON');
}

function withDomain(self: Command): Command {
  return self.option('--domain <ID>', 'domain; default the one that bootstrap made');
}

function withSource(self: Command): Command {
  return withDomain(self).option('--data-source <ID>', 'data source; default the one that bootstrap made');
}
