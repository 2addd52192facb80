import type { StateStore } from '../../ports/state/state-store.ts';
import { type ConfigurationType, configurationTypeOf } from '../configuration-ids.ts';
import { APPLICATION_FIELDS } from './application-fields.ts';
import { describeApplications, listApplicationItems } from './application-list.ts';
import type { Attributes } from './attributes.ts';
import { describeServers } from './describe-servers.ts';
import { QuestionValueInvalidError } from './errors.ts';
import { type AskedQuestion, type ListedItem, readQuestion } from './read-question.ts';
import { SERVER_FIELDS } from './server-fields.ts';
import { listServerItems } from './server-list.ts';

/** Items that one call may describe. */
export const DESCRIBED_MAX = 1000;

export interface InventoryReaderPorts {
  readonly state: StateStore;
}

export interface InventoryReaderOptions {
  readonly accountId: string;
}

/** Answers questions about the inventory. A read sees every write that was acknowledged before it began. */
export class InventoryReader {
  readonly #ports: InventoryReaderPorts;
  readonly #options: InventoryReaderOptions;

  constructor(ports: InventoryReaderPorts, options: InventoryReaderOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws QuestionInvalidError, QuestionValueInvalidError */
  async list(type: ConfigurationType, asked: AskedQuestion): Promise<ListedItem[]> {
    const { queries } = this.#ports.state;
    const { accountId } = this.#options;
    switch (type) {
      case 'SERVER':
        return listServerItems(queries, accountId, readQuestion(SERVER_FIELDS, asked));
      case 'APPLICATION':
        return listApplicationItems(queries, accountId, readQuestion(APPLICATION_FIELDS, asked));
      default:
        throw new QuestionValueInvalidError(`${type} cannot be listed.`);
    }
  }

  /** Items of one type in the order asked for, each once; those that are not there are left out. */
  async describe(configurationIds: readonly string[]): Promise<Attributes[]> {
    const ids = [...new Set(configurationIds)];
    if (ids.length > DESCRIBED_MAX)
      throw new QuestionValueInvalidError(`${ids.length} items are asked for; ${DESCRIBED_MAX} are the most.`);
    const described = await this.#describe(typeOfAll(ids), ids);
    return ids.map((id) => described.get(id)).filter((one) => one !== undefined);
  }

  async #describe(type: ConfigurationType, ids: readonly string[]): Promise<ReadonlyMap<string, Attributes>> {
    const { queries } = this.#ports.state;
    const { accountId } = this.#options;
    switch (type) {
      case 'SERVER':
        return describeServers(queries, accountId, ids);
      case 'APPLICATION':
        return describeApplications(queries, accountId, ids);
      default:
        throw new QuestionValueInvalidError(`${type} cannot be described.`);
    }
  }
}

function typeOfAll(ids: readonly string[]): ConfigurationType {
  const types = new Set(ids.map(readType));
  const [type] = types;
  if (type === undefined) throw new QuestionValueInvalidError('At least one configuration id is needed.');
  if (types.size === 1) return type;
  throw new QuestionValueInvalidError(`Items of one type can be described at once, not ${[...types].join(' and ')}.`);
}

function readType(id: string): ConfigurationType {
  const type = configurationTypeOf(id);
  if (type === undefined) throw new QuestionValueInvalidError(`'${id}' is no id of a configuration item.`);
  return type;
}
