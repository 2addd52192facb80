import { holdsLease, type Lease } from '../../jobs/leases.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import { deleteDomain, findGoingDomain } from './domain-store.ts';
import type { GovernancePorts } from './domains.ts';
import { removeChunk } from './holdings.ts';
import { deleteProject, findGoingProject } from './project-store.ts';
import { deleteTags } from './tag-store.ts';
import { domainArn } from './tags.ts';

export interface RemovalWorkerOptions {
  readonly accountId: string;
  readonly region: string;
  /** Whoever holds it removes what goes in the account. */
  readonly lease: Lease;
}

/** Takes DELETING projects and domains away, a chunk at a time. What one worker leaves half done, the next one finishes. */
export class RemovalWorker {
  readonly #ports: Pick<GovernancePorts, 'state' | 'clock'>;
  readonly #options: RemovalWorkerOptions;

  constructor(ports: Pick<GovernancePorts, 'state' | 'clock'>, options: RemovalWorkerOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** False when there is nothing to remove. */
  async step(): Promise<boolean> {
    const { accountId } = this.#options;
    const { queries } = this.#ports.state;
    const domain = await findGoingDomain(queries, accountId);
    if (domain !== undefined) {
      await this.#underLease(async (tx) => {
        if (await removeChunk(tx, { accountId, domainId: domain.domainId })) return;
        await deleteTags(tx, accountId, domainArn(domain, this.#options.region));
        await deleteDomain(tx, domain);
      });
      return true;
    }
    const project = await findGoingProject(queries, accountId);
    if (project === undefined) return false;
    await this.#underLease(async (tx) => {
      const { domainId, projectId } = project;
      if (!(await removeChunk(tx, { accountId, domainId, projectId }))) await deleteProject(tx, project);
    });
    return true;
  }

  #underLease(run: (tx: StateTransaction) => Promise<void>): Promise<void> {
    const { state, clock } = this.#ports;
    return state.transaction(async (tx) => {
      if (await holdsLease(tx, this.#options.lease, clock.nowMs())) await run(tx);
    });
  }
}
