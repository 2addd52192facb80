/** One event as the nodes, versions, facets and edges that it adds. Pure: what is made of it depends on nothing else. */

import {
  type Dataset,
  EVENT_FACETS_MAX,
  EventFailure,
  FACETS_MAX,
  type Facets,
  type RunEvent,
  type RunEventType,
  readDatasets,
} from './run-event.ts';
import {
  datasetIdentifier,
  gluePlaceOf,
  jobIdentifier,
  type LineagePlace,
  runIdentifier,
} from './source-identifiers.ts';

export const NODE_TYPES = {
  dataset: 'amazon.datazone.DatasetLineageNodeType',
  job: 'amazon.datazone.JobLineageNodeType',
  run: 'amazon.datazone.JobRunLineageNodeType',
  asset: 'amazon.datazone.AssetLineageNodeType',
  listing: 'amazon.datazone.ListingLineageNodeType',
} as const;
export const NODE_TYPE_REVISION = '1';

/** Room for a percent-encoded label of 2086: longer ones could never be asked for. */
export const SOURCE_IDENTIFIER_CHARACTERS_MAX = 2086;

export interface FacetValue {
  /** `<whose>/<name>`, or one of the two that every node has: `identity` and `state`. */
  readonly facet: string;
  readonly precedence: number;
  readonly content: string;
}

export interface EventNode {
  readonly sourceIdentifier: string;
  readonly typeName: string;
  readonly hasUpstream: boolean;
  readonly hasDownstream: boolean;
  readonly facets: readonly FacetValue[];
}

export interface EventGraph {
  readonly nodes: readonly EventNode[];
  /** From above to below. */
  readonly edges: readonly (readonly [EventNode, EventNode])[];
}

/** Of two states of the same millisecond, the later one in a run's life holds. */
const STATE_PRECEDENCE: Readonly<Record<RunEventType, number>> = {
  START: 0,
  OTHER: 1,
  RUNNING: 2,
  COMPLETE: 3,
  ABORT: 4,
  FAIL: 5,
};

/** @throws EventFailure */
export function graphOf(event: RunEvent, place: LineagePlace): EventGraph {
  const { inputs, outputs } = readDatasets(event);
  const gluePlace = gluePlaceOf(event.runFacets, place);
  const datasets = new Map<string, EventNode>();
  const identify = (dataset: Dataset) => datasetIdentifier(dataset, place, gluePlace);
  for (const input of inputs) addDataset(datasets, input, { identifier: identify(input), isInput: true });
  for (const output of outputs) addDataset(datasets, output, { identifier: identify(output), isInput: false });
  const all = [...datasets.values()];
  const run = runNode(event, outputs.length > 0);
  const job = jobNode(event);
  const nodes = [job, run, ...all];
  for (const node of nodes) checkNode(node);
  const facets = nodes.reduce((sum, node) => sum + node.facets.length, 0);
  if (facets > EVENT_FACETS_MAX)
    throw new EventFailure(`The event has ${facets} facets; at most ${EVENT_FACETS_MAX} are read.`);
  const edges: [EventNode, EventNode][] = [[job, run]];
  for (const node of all) {
    if (node.hasDownstream) edges.push([node, run]);
    if (node.hasUpstream) edges.push([run, node]);
  }
  return { nodes, edges };
}

function jobNode({ job, runId, eventType }: RunEvent): EventNode {
  return {
    sourceIdentifier: jobIdentifier(job),
    typeName: NODE_TYPES.job,
    hasUpstream: false,
    hasDownstream: true,
    facets: [identityOf(job), stateOf(runId, eventType), ...facetsOf('job', job.facets)],
  };
}

/** Above a run is its job, beside what it reads. */
function runNode(event: RunEvent, hasOutputs: boolean): EventNode {
  const { job, runId, eventType, runFacets } = event;
  return {
    sourceIdentifier: runIdentifier(job, runId),
    typeName: NODE_TYPES.run,
    hasUpstream: true,
    hasDownstream: hasOutputs,
    facets: [identityOf(job), stateOf(runId, eventType), ...facetsOf('run', runFacets), ...facetsOf('job', job.facets)],
  };
}

/** The same dataset may be named twice, and be both read and written. */
function addDataset(
  nodes: Map<string, EventNode>,
  dataset: Dataset,
  { identifier, isInput }: { identifier: string; isInput: boolean },
): void {
  const known = nodes.get(identifier);
  nodes.set(identifier, {
    sourceIdentifier: identifier,
    typeName: NODE_TYPES.dataset,
    hasUpstream: known?.hasUpstream === true || !isInput,
    hasDownstream: known?.hasDownstream === true || isInput,
    facets: onePerName([
      ...(known?.facets ?? []),
      identityOf(dataset),
      ...facetsOf('dataset', dataset.facets),
      ...facetsOf(isInput ? 'input' : 'output', dataset.runFacets),
    ]),
  });
}

/** Of two contents the greater text holds, as between two events of the same time. */
function onePerName(facets: readonly FacetValue[]): FacetValue[] {
  const byName = new Map<string, FacetValue>();
  for (const value of facets) {
    const known = byName.get(value.facet);
    if (known === undefined || known.content < value.content) byName.set(value.facet, value);
  }
  return [...byName.values()];
}

function identityOf({ namespace, name }: { namespace: string; name: string }): FacetValue {
  return { facet: 'identity', precedence: 0, content: JSON.stringify({ namespace, name }) };
}

function stateOf(runId: string, eventType: RunEventType): FacetValue {
  return { facet: 'state', precedence: STATE_PRECEDENCE[eventType], content: JSON.stringify({ runId, eventType }) };
}

function facetsOf(whose: string, facets: Facets): FacetValue[] {
  return Object.entries(facets).map(([name, value]) => ({
    facet: `${whose}/${name}`,
    precedence: 0,
    content: JSON.stringify(value),
  }));
}

function checkNode({ sourceIdentifier, facets }: EventNode): void {
  if (sourceIdentifier.length > SOURCE_IDENTIFIER_CHARACTERS_MAX) {
    const shown = `${sourceIdentifier.slice(0, 60)}…`;
    throw new EventFailure(`'${shown}' is longer than ${SOURCE_IDENTIFIER_CHARACTERS_MAX} characters.`);
  }
  if (facets.length > FACETS_MAX)
    throw new EventFailure(`'${sourceIdentifier}' has ${facets.length} facets; at most ${FACETS_MAX} are read.`);
}
