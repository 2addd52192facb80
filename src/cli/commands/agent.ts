import { type Command, Option } from 'commander';
import type { LogLevel } from '../../agent/agent-options.ts';
import { parseDurationMs } from '../../app/option-texts.ts';
import { CliError } from '../errors.ts';
import { VERSION } from '../version.ts';

interface AgentFlags {
  readonly endpoint?: string;
  readonly enrollmentToken?: string;
  readonly dataDir: string;
  readonly sampleInterval?: string;
  readonly sendInterval?: string;
  readonly once?: boolean;
  readonly logLevel: LogLevel;
}

const LOG_LEVELS: readonly LogLevel[] = ['info', 'warn', 'error'];

export function addAgentCommand(program: Command): void {
  program
    .command('agent')
    .description('Collect what runs on this host and send it to a server.')
    .option(
      '--endpoint <URL>',
      'The server, for example http://periplus:4620 (PERIPLUS_ENDPOINT)',
      process.env.PERIPLUS_ENDPOINT,
    )
    .option(
      '--enrollment-token <TOKEN>',
      "What 'periplus enrollment-token' prints on the server (PERIPLUS_ENROLLMENT_TOKEN)",
      process.env.PERIPLUS_ENROLLMENT_TOKEN,
    )
    .option('--data-dir <DIR>', 'Folder of identity and spool', './.periplus-agent')
    .option('--sample-interval <TIME>', 'How often to look; the server decides when left out')
    .option('--send-interval <TIME>', 'How often to send; the server decides when left out')
    .option('--once', 'Sample, send, and exit when the server has acknowledged')
    .addOption(
      new Option('--log-level <LEVEL>', 'What to log on stderr')
        .choices(LOG_LEVELS)
        .default('info')
        .env('PERIPLUS_LOG_LEVEL'),
    )
    .action(collect);
}

async function collect(flags: AgentFlags): Promise<void> {
  if (flags.endpoint === undefined)
    throw new CliError('--endpoint is missing; give the address the server printed', { isUsage: true });
  if (flags.enrollmentToken === undefined) {
    throw new CliError("--enrollment-token is missing; 'periplus enrollment-token' on the server prints it", {
      isUsage: true,
    });
  }
  const { runAgent } = await import('../../agent/run-agent.ts');
  const stop = new AbortController();
  for (const event of ['SIGTERM', 'SIGINT', 'disconnect'] as const) process.on(event, () => stop.abort());
  await runAgent(
    {
      endpoint: flags.endpoint,
      enrollmentToken: flags.enrollmentToken,
      dataDir: flags.dataDir,
      sampleIntervalMs: duration('--sample-interval', flags.sampleInterval),
      sendIntervalMs: duration('--send-interval', flags.sendInterval),
      once: flags.once === true,
      agentVersion: VERSION,
      log: (level, message, fields) => {
        if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(flags.logLevel)) return;
        process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), level, msg: message, ...fields })}\n`);
      },
    },
    { signal: stop.signal },
  );
  // The channel to a parent would keep a finished agent alive.
  if (process.connected === true) process.disconnect();
}

function duration(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    return parseDurationMs(text);
  } catch (error) {
    throw new CliError(`${flag} ${(error as Error).message}`, { isUsage: true });
  }
}
