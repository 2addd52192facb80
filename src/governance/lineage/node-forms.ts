/**
 * Facets as forms. The model lets a node have ten forms, events have any number of facets: so there is a form for each thing
 * that facets are of, and one for column lineage, which tools look for (docs/adr/0037).
 */

import type { AssetForm } from '../assets/asset-forms.ts';
import { NAMESPACE } from '../types/system-types.ts';
import { NODE_TYPE_REVISION, NODE_TYPES } from './event-graph.ts';
import { isObject } from './run-event.ts';

/** By facet, as `readFacetsAt` reads them. */
export type NodeFacets = ReadonlyMap<string, unknown>;

export function formsOfNode(typeName: string, facets: NodeFacets): AssetForm[] {
  const identity = facets.get('identity');
  const state = facets.get('state');
  const job = { ...named(identity), facets: facetsUnder(facets, 'job') };
  if (typeName === NODE_TYPES.job) return [formOf('JobForm', { ...job, latestRun: state })];
  if (typeName === NODE_TYPES.run)
    return [formOf('JobRunForm', { ...named(state), facets: facetsUnder(facets, 'run') }), formOf('JobForm', job)];
  const { columnLineage, ...others } = facetsUnder(facets, 'dataset');
  return [
    formOf('DatasetForm', { ...named(identity), facets: others }),
    ...(columnLineage === undefined ? [] : [formOf('ColumnLineageForm', columnLineage)]),
    ...runForm('InputDatasetForm', facetsUnder(facets, 'input')),
    ...runForm('OutputDatasetForm', facetsUnder(facets, 'output')),
  ];
}

/** What a node is called: the name its events give it. */
export function nameOf(facets: NodeFacets): string | undefined {
  const { name } = named(facets.get('identity'));
  return typeof name === 'string' ? name : undefined;
}

export function descriptionOf(typeName: string, facets: NodeFacets): string | undefined {
  const whose = typeName === NODE_TYPES.dataset ? 'dataset' : 'job';
  const { documentation } = facetsUnder(facets, whose);
  const text = isObject(documentation) ? documentation.description : undefined;
  return typeof text === 'string' ? text : undefined;
}

/** A facet that says that it is deleted is not there any more. */
function facetsUnder(facets: NodeFacets, whose: string): Record<string, unknown> {
  const prefix = `${whose}/`;
  const found = [...facets].filter(([key, value]) => key.startsWith(prefix) && !isDeleted(value));
  return Object.fromEntries(found.map(([key, value]) => [key.slice(prefix.length), value]));
}

function isDeleted(value: unknown): boolean {
  return isObject(value) && value._deleted === true;
}

function named(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function runForm(formName: string, facets: Record<string, unknown>): AssetForm[] {
  return Object.keys(facets).length === 0 ? [] : [formOf(formName, { facets })];
}

function formOf(formName: string, content: unknown): AssetForm {
  const typeName = `${NAMESPACE}.OpenLineage${formName}Type`;
  return { formName, typeName, typeRevision: NODE_TYPE_REVISION, content: JSON.stringify(content) };
}
