import type { StateStore } from '../ports/state/state-store.ts';
import { type DomainRef, findDomainByName } from './containers/domain-store.ts';
import { type Domains, requireAvailableDomain } from './containers/domains.ts';
import { listProjects } from './containers/project-store.ts';
import type { Projects } from './containers/projects.ts';
import { listDataSources } from './data-sources/data-source-store.ts';
import type { DataSources } from './data-sources/data-sources.ts';

const DOMAIN_NAME = 'periplus';
const PROJECT_NAME = 'discovery';
const SOURCE_NAME = 'discovery-lake';
const NEWEST = { after: undefined, limit: 50 };

/** What a first run needs. */
export interface Bootstrapped {
  readonly domainId: string;
  readonly projectId: string;
  readonly dataSourceId: string;
}

export interface BootstrapParts {
  readonly state: StateStore;
  readonly domains: Domains;
  readonly projects: Projects;
  readonly dataSources: DataSources;
}

/**
 * A domain, a project in it and a data source: found by their names, so that asking twice makes nothing twice. What is
 * being deleted does not count.
 */
export class Bootstrap {
  readonly #parts: BootstrapParts;
  /** One at a time: between looking and making, another one would make the same. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: BootstrapParts) {
    this.#parts = parts;
  }

  /** Makes what is not there. `database` need not be in the catalogue yet. @throws ConflictError while the domain goes */
  ensure(accountId: string, database: string): Promise<Bootstrapped> {
    const made = this.#last.then(() => this.#ensure(accountId, database));
    this.#last = made.catch(() => {});
    return made;
  }

  async #ensure(accountId: string, database: string): Promise<Bootstrapped> {
    const known = await findDomainByName(this.#parts.state.queries, accountId, DOMAIN_NAME);
    const domainId = known?.domainId ?? (await this.#makeDomain(accountId));
    const domain = { accountId, domainId };
    await requireAvailableDomain(this.#parts.state.queries, domain);
    const projectId = (await this.#findProject(domain)) ?? (await this.#makeProject(domain));
    const project = { ...domain, projectId };
    const dataSourceId = (await this.#findSource(project)) ?? (await this.#makeSource(project, database));
    return { domainId, projectId, dataSourceId };
  }

  /** Undefined as long as nobody has bootstrapped. */
  async find(accountId: string): Promise<Bootstrapped | undefined> {
    const domain = await findDomainByName(this.#parts.state.queries, accountId, DOMAIN_NAME);
    if (domain?.status !== 'AVAILABLE') return undefined;
    const { domainId } = domain;
    const projectId = await this.#findProject({ accountId, domainId });
    if (projectId === undefined) return undefined;
    const dataSourceId = await this.#findSource({ accountId, domainId, projectId });
    return dataSourceId === undefined ? undefined : { domainId, projectId, dataSourceId };
  }

  async #makeDomain(accountId: string): Promise<string> {
    const wanted = { accountId, name: DOMAIN_NAME, version: 'V1' as const, settings: {} };
    return (await this.#parts.domains.create(wanted, withoutToken(accountId))).domainId;
  }

  async #findProject(domain: DomainRef): Promise<string | undefined> {
    const found = await listProjects(this.#parts.state.queries, domain, { name: PROJECT_NAME }, NEWEST);
    return found.find(({ status }) => status === 'ACTIVE')?.projectId;
  }

  async #makeProject(domain: DomainRef): Promise<string> {
    return (await this.#parts.projects.create({ ...domain, name: PROJECT_NAME, settings: {} })).projectId;
  }

  async #findSource({ projectId, ...domain }: DomainRef & { readonly projectId: string }): Promise<string | undefined> {
    const filter = { projectId, name: SOURCE_NAME };
    const found = await listDataSources(this.#parts.state.queries, domain, filter, NEWEST);
    return found.find(({ status }) => status !== 'DELETING')?.dataSourceId;
  }

  async #makeSource(project: DomainRef & { readonly projectId: string }, database: string): Promise<string> {
    const configuration = { relationalFilterConfigurations: [{ databaseName: database }] };
    const wanted = { ...project, name: SOURCE_NAME, type: 'GLUE', configuration };
    return (await this.#parts.dataSources.create(wanted, withoutToken(project.accountId))).dataSourceId;
  }
}

function withoutToken(accountId: string) {
  return { accountId, operation: 'bootstrap', domainId: '', token: undefined, request: undefined };
}
