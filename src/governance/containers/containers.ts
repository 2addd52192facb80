import { BlueprintConfigurations } from './blueprint-configurations.ts';
import { Blueprints } from './blueprints.ts';
import { Connections } from './connections.ts';
import { Domains, type GovernancePorts } from './domains.ts';
import { EnvironmentProfiles } from './environment-profiles.ts';
import { Environments, type EnvironmentsOptions } from './environments.ts';
import { Memberships } from './memberships.ts';
import { Projects } from './projects.ts';
import { Tags } from './tags.ts';

/** All that data sources and assets are in. */
export interface Containers {
  readonly domains: Domains;
  readonly projects: Projects;
  readonly memberships: Memberships;
  readonly blueprints: Blueprints;
  readonly blueprintConfigurations: BlueprintConfigurations;
  readonly environmentProfiles: EnvironmentProfiles;
  readonly environments: Environments;
  readonly connections: Connections;
  readonly tags: Tags;
}

export function createContainers(ports: GovernancePorts, options: EnvironmentsOptions): Containers {
  return {
    domains: new Domains(ports, options),
    projects: new Projects(ports, options),
    memberships: new Memberships(ports),
    blueprints: new Blueprints(ports),
    blueprintConfigurations: new BlueprintConfigurations(ports),
    environmentProfiles: new EnvironmentProfiles(ports, options),
    environments: new Environments(ports, options),
    connections: new Connections(ports),
    tags: new Tags(ports, options),
  };
}
