import { resolve } from 'node:path';
import type { Command } from 'commander';
import { readSecrets } from '../../app/secrets.ts';
import { addServerOptions, readServerOptions } from '../server-options.ts';

const NAMES = ['data-dir', 'access-key-id', 'secret-access-key', 'enrollment-token'];

export function addCredentialsCommands(program: Command): void {
  addServerOptions(program.command('credentials').description('Print the key that AWS clients sign with.'), NAMES)
    .option('--json', 'Print JSON')
    .action((options: { json?: boolean }, command: Command) => {
      const config = readServerOptions(command);
      const { accessKeyId, secretAccessKey } = readSecrets(config);
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ accessKeyId, secretAccessKey, region: config.region, dataDir: resolve(config['data-dir']) })}\n`
          : `export AWS_ACCESS_KEY_ID=${accessKeyId}\nexport AWS_SECRET_ACCESS_KEY=${secretAccessKey}\nexport ${regionVariables(config.region)}\n`,
      );
    });
  addServerOptions(program.command('enrollment-token').description('Print the token that agents enroll with.'), NAMES)
    .option('--json', 'Print JSON')
    .action((options: { json?: boolean }, command: Command) => {
      const { enrollmentToken } = readSecrets(readServerOptions(command));
      process.stdout.write(options.json === true ? `${JSON.stringify({ enrollmentToken })}\n` : `${enrollmentToken}\n`);
    });
}

/** Both names: boto3 and version 1 of the AWS CLI know only the second one. */
export function regionVariables(region: string): string {
  return `AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`;
}
