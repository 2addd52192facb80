/**
 * OpenLineage RunEvents. What a body has to have is checked here, once and for all callers; datasets are read apart from it,
 * because a run event whose datasets are wrong is kept and told of as FAILED (decision D37).
 */

import { parseIsoInstant } from '../../core/time.ts';
import { InvalidError } from '../errors.ts';

export const EVENT_TYPES = ['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER'] as const;
export type RunEventType = (typeof EVENT_TYPES)[number];

export type Facets = Readonly<Record<string, unknown>>;

export interface Dataset {
  readonly namespace: string;
  readonly name: string;
  readonly facets: Facets;
  /** `inputFacets` or `outputFacets`: what holds for this run only. */
  readonly runFacets: Facets;
}

export interface RunEvent {
  readonly eventType: RunEventType;
  readonly eventTimeMs: number;
  readonly runId: string;
  readonly runFacets: Facets;
  readonly job: { readonly namespace: string; readonly name: string; readonly facets: Facets };
  /** As they were sent; `readDatasets` reads them. */
  readonly inputs: unknown;
  readonly outputs: unknown;
}

/** A run event that no graph can be made of. */
export class EventFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EventFailure';
  }
}

const DEPTH_MAX = 100;
/** Of inputs and outputs together: an event is one transaction, which holds the event loop. */
export const DATASETS_MAX = 500;
/** Of one dataset, job or run; names and states count. */
export const FACETS_MAX = 100;
/** Of all of them together. */
export const EVENT_FACETS_MAX = 2000;

/** The body as text, exactly as it came. @throws InvalidError */
export function decodeBody(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body);
  } catch {
    throw new InvalidError('The event is not UTF-8 text.');
  }
}

/** @throws InvalidError naming what a RunEvent needs and the body lacks */
export function parseRunEvent(text: string): RunEvent {
  const event = parseObject(text);
  const run = event.run;
  const job = event.job;
  if (!isObject(run) || !isObject(job)) throw notRunEvent("it has no 'run' or no 'job'");
  const eventTimeMs = parseIsoInstant(requireText(event.eventTime, 'eventTime'));
  if (eventTimeMs === undefined) throw notRunEvent("'eventTime' is not an ISO 8601 time with a zone");
  const eventType = EVENT_TYPES.find((type) => type === event.eventType);
  if (eventType === undefined) throw notRunEvent(`'eventType' is not one of ${EVENT_TYPES.join(', ')}`);
  return {
    eventType,
    eventTimeMs,
    runId: requireText(run.runId, 'run.runId'),
    runFacets: readFacets(run.facets),
    job: {
      namespace: requireText(job.namespace, 'job.namespace'),
      name: requireText(job.name, 'job.name'),
      facets: readFacets(job.facets),
    },
    inputs: event.inputs,
    outputs: event.outputs,
  };
}

/** @throws EventFailure */
export function readDatasets(event: RunEvent): { inputs: Dataset[]; outputs: Dataset[] } {
  const inputs = readList(event.inputs, 'inputs').map((value) => readDataset(value, 'inputs', 'inputFacets'));
  const outputs = readList(event.outputs, 'outputs').map((value) => readDataset(value, 'outputs', 'outputFacets'));
  if (inputs.length + outputs.length > DATASETS_MAX)
    throw new EventFailure(
      `The event names ${inputs.length + outputs.length} datasets; at most ${DATASETS_MAX} are read.`,
    );
  return { inputs, outputs };
}

function readList(value: unknown, member: string): readonly unknown[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new EventFailure(`'${member}' is not a list.`);
  return value;
}

function readDataset(value: unknown, member: string, runFacetsMember: string): Dataset {
  if (!isObject(value)) throw new EventFailure(`'${member}' holds what is no dataset.`);
  const { namespace, name } = value;
  if (typeof namespace !== 'string' || namespace === '' || typeof name !== 'string' || name === '')
    throw new EventFailure(`A dataset of '${member}' has no namespace or no name.`);
  return { namespace, name, facets: readFacets(value.facets), runFacets: readFacets(value[runFacetsMember]) };
}

function readFacets(value: unknown): Facets {
  return isObject(value) ? value : {};
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    throw notRunEvent('it is not JSON');
  }
  if (!isObject(event)) throw notRunEvent('it is not a JSON object');
  if (isDeeper(event, DEPTH_MAX)) throw notRunEvent(`it nests deeper than ${DEPTH_MAX} levels`);
  return event;
}

/** Level by level: a recursion could be made to run out of stack. */
function isDeeper(value: unknown, levels: number): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}

function requireText(value: unknown, member: string): string {
  if (typeof value !== 'string' || value === '') throw notRunEvent(`it has no '${member}'`);
  return value;
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function notRunEvent(reason: string): InvalidError {
  return new InvalidError(`The event is not an OpenLineage RunEvent: ${reason}.`);
}
