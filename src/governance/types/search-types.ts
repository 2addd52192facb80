/** Finds types. They are few, so all of them are read and asked one by one. */

import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { type GovernancePorts, requireDomain } from '../containers/domains.ts';
import { InvalidError } from '../errors.ts';
import { type AttributeFilter, attributeOf, type SearchFilter, shortTypeName } from '../search/filter.ts';
import { MANAGED_ASSET_TYPES, MANAGED_FORM_TYPES } from './find-types.ts';
import { SYSTEM_LINEAGE_NODE_TYPES } from './system-types.ts';
import * as store from './type-store.ts';

export interface LineageNodeType {
  readonly name: string;
  readonly revision: string;
}

export type FoundType =
  | { readonly assetType: store.AssetType }
  | { readonly formType: store.FormType }
  | { readonly lineageNodeType: LineageNodeType };

export interface TypeQuestion {
  readonly scope: 'ASSET_TYPE' | 'FORM_TYPE' | 'LINEAGE_NODE_TYPE';
  /** Those of the service, or those that people made. */
  readonly isManaged: boolean;
  readonly text: string | undefined;
  readonly searchIn: readonly string[];
  readonly filter: SearchFilter | undefined;
  readonly sort: { readonly attribute: string; readonly isDescending: boolean } | undefined;
}

type TypeFacts = ReadonlyMap<string, string | number>;

export class TypeSearch {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /** All types that match, in order: as asked, else newest first, ties by name. @throws MissingError, InvalidError */
  async find(domain: DomainRef, question: TypeQuestion): Promise<FoundType[]> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    const all = (await listTypes(queries, domain, question)).map((type) => ({ type, facts: factsOf(type) }));
    const found = all.filter(
      ({ facts }) => holdsText(question, facts) && (question.filter === undefined || holds(question.filter, facts)),
    );
    const { sort } = question;
    if (sort !== undefined) {
      const attribute = attributeOf(sort.attribute);
      found.sort((a, b) => (sort.isDescending ? -1 : 1) * compare(a.facts.get(attribute), b.facts.get(attribute)));
    }
    return found.map(({ type }) => type);
  }
}

async function listTypes(
  queries: StateQueries,
  domain: DomainRef,
  { scope, isManaged }: TypeQuestion,
): Promise<FoundType[]> {
  if (scope === 'ASSET_TYPE')
    return (isManaged ? MANAGED_ASSET_TYPES : await store.listAssetTypes(queries, domain)).map((assetType) => ({
      assetType,
    }));
  if (scope === 'FORM_TYPE')
    return (isManaged ? MANAGED_FORM_TYPES : await store.listFormTypes(queries, domain)).map((formType) => ({
      formType,
    }));
  return isManaged ? SYSTEM_LINEAGE_NODE_TYPES.map((lineageNodeType) => ({ lineageNodeType })) : [];
}

function factsOf(type: FoundType): TypeFacts {
  if ('lineageNodeType' in type) return new Map(named(type.lineageNodeType.name));
  const record = 'assetType' in type ? type.assetType : type.formType;
  const facts = new Map<string, string | number>(named(record.name));
  facts.set('owningProjectId', record.projectId).set('createdBy', record.createdBy).set('revision', record.revision);
  if (record.description !== undefined) facts.set('description', record.description);
  // A type never changes, so it was last updated when it was made.
  if (record.createdAtMs !== undefined)
    facts.set('creationTime', record.createdAtMs).set('lastUpdatedTime', record.createdAtMs);
  if ('formType' in type) facts.set('status', type.formType.status);
  return facts;
}

function named(name: string): [string, string][] {
  return [
    ['name', name],
    ['typeName', shortTypeName(name)],
  ];
}

/** Names of types run words together, so a word may stand anywhere in them. */
function holdsText({ text, searchIn }: TypeQuestion, facts: TypeFacts): boolean {
  const words = text?.toLowerCase().replaceAll('"', ' ').split(/\s+/).filter(Boolean) ?? [];
  const attributes = searchIn.length > 0 ? searchIn.map(attributeOf) : ['name', 'description'];
  const texts = attributes.map((attribute) => String(facts.get(attribute) ?? '').toLowerCase());
  return words.every((word) => texts.some((one) => one.includes(word)));
}

function holds(filter: SearchFilter, facts: TypeFacts): boolean {
  if ('and' in filter) return filter.and.every((part) => holds(part, facts));
  if ('or' in filter) return filter.or.some((part) => holds(part, facts));
  return holdsOne(filter.filter, facts);
}

function holdsOne({ attribute, value, intValue, operator = 'EQ' }: AttributeFilter, facts: TypeFacts): boolean {
  if ((value === undefined) === (intValue === undefined))
    throw new InvalidError(`The filter on ${attribute} needs either value or intValue.`);
  const fact = facts.get(attributeOf(attribute));
  if (operator === 'EQ') return fact !== undefined && String(fact) === String(value ?? intValue);
  if (operator === 'TEXT_SEARCH')
    return String(fact ?? '')
      .toLowerCase()
      .includes(String(value ?? intValue).toLowerCase());
  if (intValue === undefined)
    throw new InvalidError(`The filter on ${attribute} needs an intValue: ${operator} compares numbers.`);
  if (typeof fact !== 'number') return false;
  if (operator === 'LE') return fact <= intValue;
  if (operator === 'LT') return fact < intValue;
  return operator === 'GE' ? fact >= intValue : fact > intValue;
}

/** What has no value comes first in ascending order. */
function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a < b ? -1 : Number(a > b);
}
