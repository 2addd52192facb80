import type { AwsClient } from '../aws-client.ts';
import { CliError } from '../errors.ts';

export interface SourceOptions {
  readonly domain?: string;
  readonly dataSource?: string;
}

export interface SourceTarget {
  readonly domainId: string;
  readonly dataSourceId: string;
}

interface Bootstrapped {
  readonly domainId?: string;
  readonly dataSourceId?: string;
}

/** The domain that is named, or the one that bootstrap made. @throws CliError */
export async function findDomain(client: AwsClient, { domain }: Pick<SourceOptions, 'domain'>): Promise<string> {
  const domainId = domain ?? (await readBootstrapped(client)).domainId;
  if (domainId === undefined) throw nothingYet('--domain');
  return domainId;
}

/** The data source that is named, or the one that bootstrap made. @throws CliError */
export async function findSource(client: AwsClient, options: SourceOptions): Promise<SourceTarget> {
  const { domain, dataSource } = options;
  if (domain !== undefined && dataSource !== undefined) return { domainId: domain, dataSourceId: dataSource };
  const made = await readBootstrapped(client);
  const domainId = domain ?? made.domainId;
  // What bootstrap made is in its own domain only.
  const target = { domainId, dataSourceId: dataSource ?? (domainId === made.domainId ? made.dataSourceId : undefined) };
  if (target.domainId === undefined || target.dataSourceId === undefined)
    throw nothingYet('--domain and --data-source');
  return { domainId: target.domainId, dataSourceId: target.dataSourceId };
}

function readBootstrapped(client: AwsClient): Promise<Bootstrapped> {
  return client.call<Bootstrapped>('periplus', 'DescribeBootstrap', {});
}

function nothingYet(flags: string): CliError {
  return new CliError(`there is no data source yet; run './periplus datazone bootstrap', or name one with ${flags}`);
}
