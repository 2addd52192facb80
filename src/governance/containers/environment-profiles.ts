import type { StateQueries } from '../../ports/state/state-store.ts';
import { ConflictError, MissingError } from '../errors.ts';
import { newId, userIdOf } from '../ids.ts';
import type { NewestPage } from '../newest-first.ts';
import { type Blueprint, requireBlueprint } from './blueprints.ts';
import type { DomainRef } from './domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from './domains.ts';
import * as store from './environment-profile-store.ts';
import { hasEnvironmentOf } from './environment-store.ts';
import { type GivenPlace, refuseForeignPlace } from './own-place.ts';
import { requireActiveProject } from './projects.ts';
import { type GivenParameter, readParameters } from './user-parameters.ts';

/** Absent means unset in a new one, and unchanged in one that is there. */
export interface ProfileSettings extends GivenPlace {
  readonly description?: string | undefined;
  readonly parameters?: readonly GivenParameter[] | undefined;
}

export interface NewProfile extends DomainRef, ProfileSettings {
  readonly name: string;
  readonly projectId: string;
  readonly blueprintId: string;
}

/** A profile with what it is a profile of. */
export interface DescribedProfile extends store.EnvironmentProfile {
  readonly blueprint: Blueprint;
}

/** Environment profiles: a blueprint with values for its parameters, to make environments of. */
export class EnvironmentProfiles {
  readonly #ports: GovernancePorts;
  readonly #options: { readonly region: string };

  constructor(ports: GovernancePorts, options: { readonly region: string }) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws MissingError, ConflictError, InvalidError */
  create({ parameters = [], ...wanted }: NewProfile): Promise<DescribedProfile> {
    const { state, clock, random } = this.#ports;
    return state.transaction(async (tx) => {
      const domain = await requireAvailableDomain(tx, wanted);
      await requireActiveProject(tx, wanted, wanted.projectId);
      const blueprint = requireBlueprint(domain, wanted.blueprintId);
      refuseForeignPlace(wanted, { accountId: wanted.accountId, region: this.#options.region });
      const nowMs = clock.nowMs();
      const profile: store.EnvironmentProfile = {
        ...wanted,
        profileId: newId(random),
        description: wanted.description,
        awsAccountId: wanted.awsAccountId,
        awsAccountRegion: wanted.awsAccountRegion,
        parameters: readParameters(blueprint, parameters),
        createdBy: userIdOf(wanted.accountId),
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      };
      await store.putProfile(tx, profile);
      return { ...profile, blueprint };
    });
  }

  /** @throws MissingError */
  async get(ref: store.ProfileRef): Promise<DescribedProfile> {
    const { queries } = this.#ports.state;
    const domain = await requireDomain(queries, ref);
    const profile = await requireProfile(queries, ref);
    return { ...profile, blueprint: requireBlueprint(domain, profile.blueprintId) };
  }

  /** @throws MissingError */
  async list(domain: DomainRef, filter: store.ProfileFilter, page: NewestPage): Promise<store.EnvironmentProfile[]> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    return store.listProfiles(queries, domain, filter, page);
  }

  /** Environments that were made of it stay as they are. @throws MissingError, ConflictError, InvalidError */
  update(
    ref: store.ProfileRef,
    { parameters, ...changes }: ProfileSettings & { readonly name?: string | undefined },
  ): Promise<DescribedProfile> {
    const { state, clock } = this.#ports;
    return state.transaction(async (tx) => {
      const domain = await requireAvailableDomain(tx, ref);
      const profile = await requireProfile(tx, ref);
      const blueprint = requireBlueprint(domain, profile.blueprintId);
      refuseForeignPlace(changes, { accountId: ref.accountId, region: this.#options.region });
      const changed: store.EnvironmentProfile = {
        ...profile,
        name: changes.name ?? profile.name,
        description: changes.description ?? profile.description,
        awsAccountId: changes.awsAccountId ?? profile.awsAccountId,
        awsAccountRegion: changes.awsAccountRegion ?? profile.awsAccountRegion,
        parameters: { ...profile.parameters, ...readParameters(blueprint, parameters ?? []) },
        updatedAtMs: clock.nowMs(),
      };
      await store.putProfile(tx, changed);
      return { ...changed, blueprint };
    });
  }

  /** @throws MissingError, ConflictError when an environment is of it */
  delete(ref: store.ProfileRef): Promise<void> {
    return this.#ports.state.transaction(async (tx) => {
      await requireDomain(tx, ref);
      await requireProfile(tx, ref);
      if (await hasEnvironmentOf(tx, ref))
        throw new ConflictError(`Environment profile '${ref.profileId}' is used by environments. Delete them first.`);
      await store.deleteProfile(tx, ref);
    });
  }
}

/** @throws MissingError */
export async function requireProfile(queries: StateQueries, ref: store.ProfileRef): Promise<store.EnvironmentProfile> {
  const profile = await store.findProfile(queries, ref);
  if (profile === undefined) throw new MissingError('EnvironmentProfile');
  return profile;
}
