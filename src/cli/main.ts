import { Command, CommanderError } from 'commander';
import { ConfigError } from '../app/config.ts';
import { addAgentCommand } from './commands/agent.ts';
import { addCredentialsCommands } from './commands/credentials.ts';
import { addDataZoneCommands } from './commands/datazone.ts';
import { addExportCommand } from './commands/export.ts';
import { addImportCommand } from './commands/import.ts';
import { addInventoryCommands } from './commands/inventory.ts';
import { addQueryCommand } from './commands/query.ts';
import { addServeCommands } from './commands/serve.ts';
import { addSimulateCommand } from './commands/simulate.ts';
import { addStatusCommand } from './commands/status.ts';
import { CliError } from './errors.ts';
import { VERSION } from './version.ts';

const USAGE_ERROR = 2;

const program = new Command('periplus')
  .description('A self-hosted discovery lake that speaks the AWS APIs you already script against.')
  .version(VERSION)
  .showHelpAfterError("Run 'periplus --help' for the commands.")
  .exitOverride();

addServeCommands(program);
addAgentCommand(program);
addQueryCommand(program);
addInventoryCommands(program);
addImportCommand(program);
addExportCommand(program);
addStatusCommand(program);
addDataZoneCommands(program);
addSimulateCommand(program);
addCredentialsCommands(program);

/** Errors whose message tells the person at the terminal what to do. */
const SAYS_IT_ALL = new Set(['AgentError', 'SimulationError', 'StateInUseError', 'StoreFullError', 'StoreAccessError']);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = report(error);
}

/** One line on stderr and the exit code. Only a fault of ours shows where it happened. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
  const known =
    error instanceof CliError ||
    error instanceof ConfigError ||
    (error instanceof Error && SAYS_IT_ALL.has(error.name));
  const text = known ? (error as Error).message : describeUnknown(error);
  process.stderr.write(`periplus: ${text.replaceAll('\n', ' ')}\n`);
  return error instanceof ConfigError || (error instanceof CliError && error.isUsage) ? USAGE_ERROR : 1;
}

function describeUnknown(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'EADDRINUSE') return 'the port is taken; stop what listens there or choose another with --port';
  if (code === 'EACCES' || code === 'EPERM') return `no permission: ${(error as Error).message}`;
  return `${error instanceof Error ? error.message : String(error)} (set PERIPLUS_LOG_LEVEL=debug for more)`;
}
