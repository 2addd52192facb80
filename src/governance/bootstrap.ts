import type { Domains } from './containers/domains.ts';
import type { Projects } from './containers/projects.ts';
import type { DataSources } from './data-sources/data-sources.ts';

/** What a first run needs, found by its names: asked for twice, it is the same. */
export interface Bootstrapped {
  readonly domainId: string;
  readonly projectId: string;
  readonly dataSourceId: string;
}

const DOMAIN_NAME = 'periplus';
const PROJECT_NAME = 'discovery';
const SOURCE_NAME = 'discovery-lake';

export interface BootstrapParts {
  readonly domains: Domains;
  readonly projects: Projects;
  readonly dataSources: DataSources;
}

/** A domain, a project in it, and a data source over `database`, which need not be there yet. */
export async function bootstrap(parts: BootstrapParts, accountId: string, database: string): Promise<Bootstrapped> {
  const domainId = await ensureDomain(parts, accountId);
  const projectId = await ensureProject(parts, { accountId, domainId });
  const dataSourceId = await ensureDataSource(parts, { accountId, domainId, projectId }, database);
  return { domainId, projectId, dataSourceId };
}

/** Undefined as long as nobody has bootstrapped. */
export async function findBootstrapped(parts: BootstrapParts, accountId: string): Promise<Bootstrapped | undefined> {
  const domain = await parts.domains.findByName(accountId, DOMAIN_NAME);
  const project = domain && (await parts.projects.findByName(domain, PROJECT_NAME));
  const source = project && (await findSource(parts, project));
  if (domain === undefined || project === undefined || source === undefined) return undefined;
  return { domainId: domain.domainId, projectId: project.projectId, dataSourceId: source };
}

async function ensureDomain({ domains }: BootstrapParts, accountId: string): Promise<string> {
  const known = await domains.findByName(accountId, DOMAIN_NAME);
  if (known !== undefined) return known.domainId;
  const wanted = { accountId, name: DOMAIN_NAME, version: 'V1' as const, settings: {} };
  return (await domains.create(wanted, noToken(accountId))).domainId;
}

async function ensureProject(
  { projects }: BootstrapParts,
  domain: { readonly accountId: string; readonly domainId: string },
): Promise<string> {
  const known = await projects.findByName(domain, PROJECT_NAME);
  if (known !== undefined) return known.projectId;
  return (await projects.create({ ...domain, name: PROJECT_NAME, settings: {} })).projectId;
}

async function ensureDataSource(parts: BootstrapParts, project: ProjectRef, database: string): Promise<string> {
  const known = await findSource(parts, project);
  if (known !== undefined) return known;
  const configuration = { relationalFilterConfigurations: [{ databaseName: database }] };
  const wanted = { ...project, name: SOURCE_NAME, type: 'GLUE', configuration };
  return (await parts.dataSources.create(wanted, noToken(project.accountId))).dataSourceId;
}

interface ProjectRef {
  readonly accountId: string;
  readonly domainId: string;
  readonly projectId: string;
}

async function findSource({ dataSources }: BootstrapParts, { projectId, ...domain }: ProjectRef) {
  const page = { after: undefined, limit: 1 };
  return (await dataSources.list(domain, { projectId, name: SOURCE_NAME }, page))[0]?.dataSourceId;
}

function noToken(accountId: string) {
  return { accountId, operation: 'bootstrap', domainId: '', token: undefined, request: undefined };
}
