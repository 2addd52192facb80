import type { Command } from 'commander';
import { readSecrets } from '../app/secrets.ts';
import { AwsClient, type AwsTarget } from './aws-client.ts';
import { addServerOptions, readServerOptions } from './server-options.ts';

/** The settings a command needs to find a server and sign for it. */
const NAMES = ['data-dir', 'host', 'port', 'region', 'access-key-id', 'secret-access-key', 'enrollment-token'];

export function addClientOptions(command: Command): Command {
  return addServerOptions(command, NAMES).option(
    '--endpoint <URL>',
    'The server; default http://HOST:PORT (PERIPLUS_ENDPOINT)',
    process.env.PERIPLUS_ENDPOINT,
  );
}

export function openClient(command: Command): { client: AwsClient; target: AwsTarget } {
  const { endpoint } = command.opts<{ endpoint?: string }>();
  const config = readServerOptions(command);
  const { accessKeyId, secretAccessKey } = readSecrets(config);
  const target = {
    endpoint: endpoint ?? `http://${config.host}:${config.port}`,
    region: config.region,
    accessKeyId,
    secretAccessKey,
  };
  return { client: new AwsClient(target), target };
}
