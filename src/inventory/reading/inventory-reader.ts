import type { LakeWriter } from '../../ports/sql-engine.ts';
import { type ConfigurationType, configurationTypeOf } from '../configuration-ids.ts';
import { listLiveServerIds } from '../server-store.ts';
import { APPLICATION_FIELDS } from './application-fields.ts';
import { describeApplications, listApplicationItems } from './application-list.ts';
import type { Attributes } from './attributes.ts';
import { CONNECTION_FIELDS, PROCESS_FIELDS } from './bulk-fields.ts';
import { CONNECTIONS, describeBulkItems, listBulkItems, listExistingIds, PROCESSES } from './bulk-items.ts';
import { composeServersByProcess } from './bulk-sql.ts';
import { describeServers } from './describe-servers.ts';
import { QuestionValueInvalidError } from './errors.ts';
import { runLakeSql } from './lake-sql.ts';
import { LoadedInventories, type LoadedInventoriesOptions, type LoadedInventoriesPorts } from './loaded-inventories.ts';
import { listNeighbors, type Neighbor, type NeighborsQuestion } from './neighbors.ts';
import { type AskedQuestion, type ListedItem, type Question, readQuestion } from './read-question.ts';
import { SERVER_FIELDS, type ServerSource } from './server-fields.ts';
import { listServerItems } from './server-list.ts';
import { type InventorySummary, summarizeInventory } from './summary.ts';

/** Ids that one call may name. */
export const IDS_MAX = 1000;

export type InventoryReaderOptions = LoadedInventoriesOptions;
export type InventoryReaderPorts = LoadedInventoriesPorts;

/**
 * Answers questions about the inventory: servers and applications from the state store, processes and connections from
 * what is loaded. A read sees every write that was acknowledged before it began.
 */
export class InventoryReader implements AsyncDisposable {
  readonly #state: InventoryReaderPorts['state'];
  readonly #accountId: string;
  readonly #loaded: LoadedInventories;

  constructor(ports: InventoryReaderPorts, options: InventoryReaderOptions) {
    this.#state = ports.state;
    this.#accountId = options.accountId;
    this.#loaded = new LoadedInventories(ports, options);
  }

  /** Items of one type that every filter lets through. @throws QuestionInvalidError, QuestionValueInvalidError */
  async list(type: ConfigurationType, asked: AskedQuestion): Promise<ListedItem[]> {
    switch (type) {
      case 'SERVER':
        return await this.#listServers(readQuestion(SERVER_FIELDS, asked));
      case 'APPLICATION':
        return await listApplicationItems(
          this.#state.queries,
          this.#accountId,
          readQuestion(APPLICATION_FIELDS, asked),
        );
      case 'PROCESS': {
        const question = readQuestion(PROCESS_FIELDS, asked);
        return await this.#ask((engine) => listBulkItems(engine, PROCESSES, question));
      }
      case 'CONNECTION': {
        const question = readQuestion(CONNECTION_FIELDS, asked);
        return await this.#ask((engine) => listBulkItems(engine, CONNECTIONS, question));
      }
    }
  }

  /**
   * Items of one type in the order asked for, each once; those that are not there are left out.
   * @throws QuestionValueInvalidError for ids of several types, or of none
   */
  async describe(configurationIds: readonly string[]): Promise<Attributes[]> {
    const ids = [...new Set(configurationIds)];
    requireFew(ids, 'configurationIds');
    const described = await this.#describe(typeOfAll(ids), ids);
    return ids.map((id) => described.get(id)).filter((attributes) => attributes !== undefined);
  }

  /** A page of servers one hop away, and how many there are. @throws QuestionValueInvalidError for an unknown server */
  async neighbors(question: NeighborsQuestion): Promise<{ neighbors: Neighbor[]; servers: number }> {
    const { serverId, neighborIds } = question;
    requireFew(neighborIds ?? [], 'neighborConfigurationIds');
    const live = await listLiveServerIds(this.#state.queries, this.#accountId, [serverId]);
    if (!live.has(serverId)) throw new QuestionValueInvalidError(`Server ${serverId} was not found.`);
    return await this.#ask((engine) => listNeighbors(engine, question));
  }

  async summarize(): Promise<InventorySummary> {
    return await summarizeInventory(this.#state.queries, this.#accountId);
  }

  /** Those of the ids that processes and connections have. */
  async existing(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const byType = Map.groupBy(ids, configurationTypeOf);
    const found = new Set<string>();
    for (const [type, table] of [
      ['PROCESS', PROCESSES],
      ['CONNECTION', CONNECTIONS],
    ] as const) {
      const some = byType.get(type) ?? [];
      if (some.length === 0) continue;
      for (const id of await this.#ask((engine) => listExistingIds(engine, table, some))) found.add(id);
    }
    return found;
  }

  /** Waits until the newest projection answers. */
  async refresh(): Promise<void> {
    await this.#loaded.refresh();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#loaded[Symbol.asyncDispose]();
  }

  #ask<T>(question: (engine: LakeWriter) => Promise<T>): Promise<T> {
    return this.#loaded.ask(question);
  }

  async #listServers(question: Question<ServerSource>): Promise<ListedItem[]> {
    const { queries } = this.#state;
    const tests = question.filters.flatMap(({ source, test }) =>
      source.in === 'processes' ? [{ column: source.column, test }] : [],
    );
    if (tests.length === 0) return await listServerItems(queries, this.#accountId, question);
    const [row] = await this.#ask((engine) => runLakeSql(engine, composeServersByProcess(tests)));
    return await listServerItems(queries, this.#accountId, question, new Set(row?.server_ids?.split(' ')));
  }

  async #describe(type: ConfigurationType, ids: readonly string[]): Promise<ReadonlyMap<string, Attributes>> {
    switch (type) {
      case 'SERVER':
        return await describeServers(this.#state.queries, this.#accountId, ids);
      case 'APPLICATION':
        return await describeApplications(this.#state.queries, this.#accountId, ids);
      case 'PROCESS':
        return await this.#ask((engine) => describeBulkItems(engine, PROCESSES, ids));
      case 'CONNECTION':
        return await this.#ask((engine) => describeBulkItems(engine, CONNECTIONS, ids));
    }
  }
}

function requireFew(ids: readonly string[], member: string): void {
  if (ids.length > IDS_MAX)
    throw new QuestionValueInvalidError(`${member} names ${ids.length} items; ${IDS_MAX} are the most.`);
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
