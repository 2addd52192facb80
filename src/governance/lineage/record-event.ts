import type { Random } from '../../ports/random.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { newId } from '../ids.ts';
import { type EventGraph, type EventNode, graphOf } from './event-graph.ts';
import { type EventSummary, insertEvent, type LineageEvent } from './event-store.ts';
import * as store from './lineage-store.ts';
import { type Dataset, EventFailure, type RunEvent, readDatasets } from './run-event.ts';
import type { LineagePlace } from './source-identifiers.ts';

export interface IncomingEvent {
  readonly domain: DomainRef;
  readonly place: LineagePlace;
  readonly event: RunEvent;
  /** As it came. */
  readonly body: string;
  readonly by: string;
  readonly nowMs: number;
}

/** Keeps an event and what it says, in one transaction. One that no graph can be made of is kept as FAILED. */
export async function recordEvent(
  tx: StateTransaction,
  random: Random,
  incoming: IncomingEvent,
): Promise<LineageEvent> {
  const { domain, event, body, by, nowMs } = incoming;
  const graph = tryGraph(incoming);
  const recorded: LineageEvent = {
    accountId: domain.accountId,
    domainId: domain.domainId,
    eventId: newId(random),
    eventTimeMs: event.eventTimeMs,
    status: graph instanceof EventFailure ? 'FAILED' : 'SUCCESS',
    summary: summarise(event),
    createdBy: by,
    createdAtMs: nowMs,
  };
  await insertEvent(tx, {
    account_id: recorded.accountId,
    domain_id: recorded.domainId,
    event_id: recorded.eventId,
    event_time_ms: recorded.eventTimeMs,
    processing_status: recorded.status,
    summary_json: JSON.stringify(recorded.summary),
    body,
    error_detail: graph instanceof EventFailure ? graph.message : null,
    created_by: by,
    created_at_ms: nowMs,
  });
  if (!(graph instanceof EventFailure)) await addGraph(tx, random, incoming, graph);
  return recorded;
}

function tryGraph({ event, place }: IncomingEvent): EventGraph | EventFailure {
  try {
    return graphOf(event, place);
  } catch (error) {
    if (error instanceof EventFailure) return error;
    throw error;
  }
}

function summarise(event: RunEvent): EventSummary {
  const { namespace, name } = event.job;
  const nameOf = (dataset: Dataset) => ({ namespace: dataset.namespace, name: dataset.name });
  const base = { eventType: event.eventType, runId: event.runId, job: { namespace, name } };
  try {
    const { inputs, outputs } = readDatasets(event);
    return { ...base, inputs: inputs.map(nameOf), outputs: outputs.map(nameOf) };
  } catch (error) {
    if (error instanceof EventFailure) return { ...base, inputs: [], outputs: [] };
    throw error;
  }
}

async function addGraph(
  tx: StateTransaction,
  random: Random,
  incoming: IncomingEvent,
  { nodes, edges }: EventGraph,
): Promise<void> {
  const { accountId, domainId } = incoming.domain;
  const { eventTimeMs } = incoming.event;
  const key = { account_id: accountId, domain_id: domainId };
  const ids = await ensureNodes(tx, random, incoming, nodes);
  const idOf = (node: EventNode) => ids.get(keyOf(node)) as string;
  await store.putVersions(
    tx,
    nodes.map((node) => ({
      ...key,
      node_id: idOf(node),
      event_time_ms: eventTimeMs,
      has_upstream: node.hasUpstream ? 1 : 0,
      has_downstream: node.hasDownstream ? 1 : 0,
    })),
  );
  await store.putFacets(
    tx,
    nodes.flatMap((node) =>
      node.facets.map((facet) => ({ ...key, node_id: idOf(node), event_time_ms: eventTimeMs, ...facet })),
    ),
  );
  await store.putEdges(
    tx,
    edges.map(([above, below]) => ({
      ...key,
      upstream_node_id: idOf(above),
      downstream_node_id: idOf(below),
      first_event_ms: eventTimeMs,
    })),
  );
}

/** Ids of the event's nodes, new ones for what was not known. */
async function ensureNodes(
  tx: StateTransaction,
  random: Random,
  { domain, by, nowMs }: IncomingEvent,
  nodes: readonly EventNode[],
): Promise<Map<string, string>> {
  const identifiers = [...new Set(nodes.map((node) => node.sourceIdentifier))];
  const known = await store.listNodesBySource(tx, domain, identifiers);
  const ids = new Map(known.map((node) => [keyOf(node), node.nodeId]));
  const wanted = nodes.filter((node) => !ids.has(keyOf(node)));
  const added = wanted.map(({ sourceIdentifier, typeName }) => ({
    accountId: domain.accountId,
    domainId: domain.domainId,
    nodeId: newId(random),
    sourceIdentifier,
    typeName,
    createdBy: by,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  }));
  const touched = nodes.flatMap((node) => ids.get(keyOf(node)) ?? []);
  await store.touchNodes(tx, domain, touched, nowMs);
  await store.insertNodes(tx, added);
  for (const node of added) ids.set(keyOf(node), node.nodeId);
  return ids;
}

/** Things of several types may be known by one identifier. */
function keyOf({ typeName, sourceIdentifier }: Pick<EventNode, 'typeName' | 'sourceIdentifier'>): string {
  return `${typeName} ${sourceIdentifier}`;
}
