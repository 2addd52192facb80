/**
 * The blueprints of environments. All are managed, which means they are ours: what an environment made of one gets is
 * written down here, and `settle-environments.ts` makes it.
 */

import { deriveBase36 } from '../../core/ids.ts';
import { MissingError } from '../errors.ts';
import type { DomainVersion } from '../ids.ts';
import type { NewestPage } from '../newest-first.ts';
import type { DomainRef, GovernanceDomain } from './domain-store.ts';
import { type GovernancePorts, requireDomain } from './domains.ts';

export const BLUEPRINT_PROVIDER = 'Amazon DataZone';

export interface BlueprintParameter {
  readonly name: string;
  readonly description: string;
  readonly defaultValue: string;
  readonly isUpdateSupported: boolean;
  /** The value names a database of the catalogue, told of under this name. */
  readonly databaseResource?: string;
}

interface BlueprintSpec {
  readonly name: string;
  readonly description: string;
  readonly versions: readonly DomainVersion[];
  readonly parameters: readonly BlueprintParameter[];
}

export interface Blueprint extends BlueprintSpec {
  readonly blueprintId: string;
  readonly createdAtMs: number;
}

const WORKGROUP: BlueprintParameter = {
  name: 'workgroupName',
  description: 'The workgroup that queries of this environment name.',
  defaultValue: '',
  isUpdateSupported: true,
};

/** The resource that names the database which data sources of the environment read. */
export const DATABASE_RESOURCE = 'glueDBName';

const SPECS: readonly BlueprintSpec[] = [
  {
    name: 'DefaultDataLake',
    description: 'A database of the catalogue to publish from, and one to subscribe to.',
    versions: ['V1'],
    parameters: [
      database('producerGlueDbName', DATABASE_RESOURCE, 'The database whose tables are published.'),
      database('consumerGlueDbName', 'glueConsumerDBName', 'The database for what is subscribed to.'),
      WORKGROUP,
    ],
  },
  {
    name: 'CustomAwsService',
    description: 'Nothing but a role: what is used stands elsewhere.',
    versions: ['V1'],
    parameters: [],
  },
  {
    name: 'DataLake',
    description: 'A database of the catalogue.',
    versions: ['V2'],
    parameters: [database('glueDbName', DATABASE_RESOURCE, 'The database of the environment.'), WORKGROUP],
  },
  {
    name: 'Tooling',
    description: 'Nothing but the role that the tools of a project use.',
    versions: ['V2'],
    parameters: [],
  },
];

function database(name: string, databaseResource: string, description: string): BlueprintParameter {
  return { name, description, defaultValue: '', isUpdateSupported: false, databaseResource };
}

export interface BlueprintFilter {
  readonly name?: string | undefined;
  readonly isManaged?: boolean | undefined;
}

/** Tells of blueprints. Nobody can make one of their own. */
export class Blueprints {
  readonly #ports: Pick<GovernancePorts, 'state'>;

  constructor(ports: Pick<GovernancePorts, 'state'>) {
    this.#ports = ports;
  }

  /** @throws MissingError */
  async get(ref: DomainRef, blueprintId: string): Promise<Blueprint> {
    return requireBlueprint(await requireDomain(this.#ports.state.queries, ref), blueprintId);
  }

  /** @throws MissingError */
  async list(ref: DomainRef, filter: BlueprintFilter, { after, limit }: NewestPage): Promise<Blueprint[]> {
    const domain = await requireDomain(this.#ports.state.queries, ref);
    if (filter.isManaged === false) return [];
    return blueprintsOf(domain)
      .filter(({ name }) => filter.name === undefined || name === filter.name)
      .filter(({ blueprintId }) => after === undefined || blueprintId > after.id)
      .slice(0, limit);
  }
}

/** As old as their domain, and so in the order of their ids. */
function blueprintsOf({ domainId, version, createdAtMs }: GovernanceDomain): Blueprint[] {
  return SPECS.filter((spec) => spec.versions.includes(version))
    .map((spec) => ({ ...spec, blueprintId: deriveBase36(14, 'blueprint', domainId, spec.name), createdAtMs }))
    .sort((a, b) => (a.blueprintId < b.blueprintId ? -1 : 1));
}

/** @throws MissingError */
export function requireBlueprint(domain: GovernanceDomain, blueprintId: string): Blueprint {
  const blueprint = blueprintsOf(domain).find((one) => one.blueprintId === blueprintId);
  if (blueprint === undefined) throw new MissingError('EnvironmentBlueprint');
  return blueprint;
}
