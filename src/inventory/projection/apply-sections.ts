import { linkServer, listEnrolled } from '../../fleet/server-links.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LakeWriter } from '../../ports/sql-engine.ts';
import type { StateQueries, StateStore } from '../../ports/state/state-store.ts';
import { applySources } from '../apply-sources.ts';
import type { SourceSection } from '../server-attributes.ts';
import { listSources } from '../source-store.ts';
import { readSections, SECTION_NAMES, type SectionName, updateSource } from './agent-sections.ts';
import { composePerformanceAttributes } from './performance-sql.ts';
import * as sql from './projection-sql.ts';

interface ApplyPorts {
  readonly state: StateStore;
  readonly clock: Clock;
  /** Has the new rows of this step. */
  readonly engine: LakeWriter;
  /** What the rows leave out: through when an agent's are ignored, where some are. */
  readonly ignored: ReadonlyMap<string, number>;
}

type News = Readonly<Record<SectionName, ReadonlyMap<string, SourceSection>>>;

/** Agents of one transaction, and of one look at what they say: few enough that others have their turn in between. */
export const AGENTS_A_TURN = 100;

/** Brings what agents newly say of their hosts into the inventory. Returns how many agents have new rows. */
export async function applySections({ state, clock, engine, ignored }: ApplyPorts, accountId: string): Promise<number> {
  const agentIds = (await engine.run(sql.SELECT_AGENTS)).map((row) => String(row.agent_id));
  for (const name of SECTION_NAMES) await engine.run(sql.composeSaid(name, SAID[name]));
  for (let from = 0; from < agentIds.length; from += AGENTS_A_TURN) {
    const some = agentIds.slice(from, from + AGENTS_A_TURN);
    const news = await readNews(engine, some);
    await state.transaction((tx) => applyAgents(tx, { accountId, nowMs: clock.nowMs() }, some, { news, ignored }));
    await clock.sleep(0);
  }
  return agentIds.length;
}

/** What each section is made of. */
const SAID: Readonly<Record<SectionName, string>> = {
  os: sql.SELECT_OS,
  network: sql.SELECT_NETWORK,
  performance: composePerformanceAttributes(),
};

/** What neighbouring agents say, by section. */
async function readNews(engine: LakeWriter, agentIds: readonly string[]): Promise<News> {
  const ends = [agentIds.at(0) ?? '', agentIds.at(-1) ?? ''];
  const read = async (name: SectionName) => readSections(name, await engine.run(sql.composeSaidBetween(name), ends));
  return { os: await read('os'), network: await read('network'), performance: await read('performance') };
}

async function applyAgents(
  tx: StateQueries,
  context: { accountId: string; nowMs: number },
  agentIds: readonly string[],
  { news, ignored }: { readonly news: News } & Pick<ApplyPorts, 'ignored'>,
): Promise<void> {
  const { accountId } = context;
  const known = await listSources(tx, accountId, { kind: 'AGENT', ids: agentIds });
  const knownOf = new Map(known.map((source) => [source.id, source]));
  // A server that was deleted since the step began is not to come back from what was seen before.
  const current = agentIds.filter((id) => (knownOf.get(id)?.ignoredThroughMs ?? 0) === (ignored.get(id) ?? 0));
  const enrolled = await listEnrolled(tx, accountId, current);
  const sources = enrolled.map((agent) => {
    const { sections = {}, ignoredThroughMs = 0 } = knownOf.get(agent.agentId) ?? {};
    return updateSource(agent, { sections, ignoredThroughMs }, sectionsOf(agent.agentId, news));
  });
  const applied = await applySources(tx, context, sources);
  for (const [index, agent] of enrolled.entries()) {
    const serverId = applied[index]?.serverId;
    if (serverId !== undefined && serverId !== agent.serverId) await linkServer(tx, accountId, agent.agentId, serverId);
  }
}

function sectionsOf(agentId: string, news: News): Partial<Record<SectionName, SourceSection>> {
  const sections = Object.entries(news).map(([name, byAgent]) => [name, byAgent.get(agentId)] as const);
  return Object.fromEntries(sections.filter(([, section]) => section !== undefined));
}
