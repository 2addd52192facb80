import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import type { RunningServer } from '../../app/compose.ts';
import type { Config } from '../../app/options.ts';
import { secretPaths } from '../../app/secrets.ts';
import { ExportLiveError } from '../../exports/errors.ts';
import { addServerOptions, readServerOptions } from '../server-options.ts';
import { regionVariables } from './credentials.ts';

export function addServeCommands(program: Command): void {
  addServerOptions(program.command('serve').description('Run the server.')).action(
    async (_options, command: Command) => {
      await serveUntilSignal(readServerOptions(command), announce);
    },
  );
  addServerOptions(
    program
      .command('start')
      .description("Run the server, this host's own agent and a continuous export: what npm start does."),
  ).action(async (_options, command: Command) => {
    await serveUntilSignal(readServerOptions(command), startTour);
  });
}

type WhenReady = (server: RunningServer, config: Config) => Promise<AsyncDisposable | undefined>;

/** Serves until SIGTERM or SIGINT, then drains. A second signal ends at once. */
async function serveUntilSignal(config: Config, whenReady: WhenReady): Promise<void> {
  const stopped = listenForSignals();
  // The server is much to load, which the other commands need not wait for.
  const { startServer } = await import('../../app/compose.ts');
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startServer(config));
  if (stopped.aborted) return;
  const companion = await whenReady(server, config);
  if (companion !== undefined) stack.use(companion);
  if (!stopped.aborted) await once(stopped, 'abort');
}

/** Before anything is started: whoever read the ready line may send a signal at once. */
function listenForSignals(): AbortSignal {
  const stopped = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopped.signal.aborted) process.exit(1);
      stopped.abort();
    });
  }
  return stopped.signal;
}

async function announce(server: RunningServer): Promise<undefined> {
  process.stdout.write(`Periplus is ready at ${server.url}\n`);
}

/** What `npm start` adds: an export that is on, a data source over its tables, this host as the first agent, and how to go on. */
async function startTour(server: RunningServer, config: Config): Promise<AsyncDisposable> {
  await announce(server);
  await server.exports.start().catch((error: unknown) => {
    if (!(error instanceof ExportLiveError)) throw error;
  });
  await server.bootstrapDataZone();
  process.stdout.write(tourText(server, config));
  return startOwnAgent(server, config);
}

function tourText(server: RunningServer, config: Config): string {
  const { credentials } = secretPaths(resolve(config['data-dir']));
  return `
Data is kept in ${resolve(config['data-dir'])}. This host's own agent reports to it; its first rows can be queried in a few seconds.

Point any AWS client at it:

  export AWS_ENDPOINT_URL=${server.url} ${regionVariables(config.region)}
  export AWS_SHARED_CREDENTIALS_FILE=${credentials}

  aws discovery describe-agents
  ./periplus datazone run
  ./periplus query "SELECT name, count(*) AS seen FROM processes_agent GROUP BY name ORDER BY 2 DESC LIMIT 10"

Press Ctrl-C to stop.
`;
}

/** The agent is a process of its own, as on every other host; it ends with us. */
function startOwnAgent(server: RunningServer, config: Config): AsyncDisposable {
  const main = join(import.meta.dirname, '../main.ts');
  const dataDir = join(config['data-dir'], 'agent');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, 'agent', '--endpoint', server.url, '--data-dir', dataDir],
    {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Its everyday news would push the tour off the screen.
      env: { ...process.env, PERIPLUS_ENROLLMENT_TOKEN: server.secrets.enrollmentToken, PERIPLUS_LOG_LEVEL: 'warn' },
    },
  );
  return { [Symbol.asyncDispose]: () => endProcess(child) };
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  await exited;
}
