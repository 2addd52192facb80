import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bytesForBase36, takeBase36 } from '../core/ids.ts';
import type { Random } from '../ports/random.ts';
import { ConfigError } from './config.ts';
import type { Config } from './options.ts';

export interface Secrets {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly enrollmentToken: string;
}

/** The root key and the enrolment token: from the settings, else from the data folder, else made now and kept there. */
export function ensureSecrets(config: Config, random: Random): Secrets {
  const paths = secretPaths(config['data-dir']);
  const key = configuredKey(config) ?? readKey(paths.credentials) ?? makeKey(paths.credentials, random);
  const token =
    config['enrollment-token'] ?? readText(paths.enrollmentToken) ?? makeToken(paths.enrollmentToken, random);
  return { ...key, enrollmentToken: token };
}

/** The same, without making any. @throws ConfigError when there are none yet */
export function readSecrets(config: Config): Secrets {
  const paths = secretPaths(config['data-dir']);
  const key = configuredKey(config) ?? readKey(paths.credentials);
  const token = config['enrollment-token'] ?? readText(paths.enrollmentToken);
  if (key === undefined || token === undefined) {
    throw new ConfigError(
      `${config['data-dir']} has no credentials yet; start the server there first, or name its folder with --data-dir`,
    );
  }
  return { ...key, enrollmentToken: token };
}

export function secretPaths(dataDir: string): { credentials: string; enrollmentToken: string } {
  return { credentials: join(dataDir, 'credentials'), enrollmentToken: join(dataDir, 'enrollment-token') };
}

type Key = Omit<Secrets, 'enrollmentToken'>;

function configuredKey(config: Config): Key | undefined {
  const accessKeyId = config['access-key-id'];
  const secretAccessKey = config['secret-access-key'];
  if (accessKeyId === undefined && secretAccessKey === undefined) return undefined;
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new ConfigError('access-key-id and secret-access-key are set together or not at all');
  return { accessKeyId, secretAccessKey };
}

function readKey(path: string): Key | undefined {
  const text = readText(path);
  if (text === undefined) return undefined;
  const accessKeyId = /^aws_access_key_id\s*=\s*(\S+)\s*$/m.exec(text)?.[1];
  const secretAccessKey = /^aws_secret_access_key\s*=\s*(\S+)\s*$/m.exec(text)?.[1];
  if (accessKeyId === undefined || secretAccessKey === undefined)
    throw new ConfigError(`${path} is not an AWS credentials file with a key`);
  return { accessKeyId, secretAccessKey };
}

function makeKey(path: string, random: Random): Key {
  const accessKeyId = `AKIA${takeBase36(random.bytes(bytesForBase36(16)), 16).toUpperCase()}`;
  const secretAccessKey = Buffer.from(random.bytes(30)).toString('base64');
  writePrivate(path, `[default]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n`);
  return { accessKeyId, secretAccessKey };
}

function makeToken(path: string, random: Random): string {
  const token = takeBase36(random.bytes(bytesForBase36(40)), 40);
  writePrivate(path, `${token}\n`);
  return token;
}

function readText(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

function writePrivate(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(`${path}.new`, text, { mode: 0o600 });
  renameSync(`${path}.new`, path);
}
