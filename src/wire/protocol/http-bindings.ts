/** Which member of an input or output travels where, worked out once per shape. */

import { type Member, Schema } from '../model/schema.ts';

export interface Bindings {
  readonly labels: readonly Member[];
  readonly query: readonly (readonly [string, Member])[];
  readonly queryParams: Member | undefined;
  /** Header names in lower case. */
  readonly headers: readonly (readonly [string, Member])[];
  readonly prefixHeaders: readonly (readonly [string, Member])[];
  readonly payload: Member | undefined;
  readonly responseCode: Member | undefined;
  /** The unbound members, as a structure of their own: what the body document holds. */
  readonly body: Schema;
}

const inputs = new WeakMap<Schema, Bindings>();
const outputs = new WeakMap<Schema, Bindings>();

export function inputBindings(schema: Schema): Bindings {
  const known = inputs.get(schema) ?? compile(schema, new Set(['smithy.api#httpResponseCode']));
  inputs.set(schema, known);
  return known;
}

/** Of an output or an error: what binds to label or query in a request stands in the body of an answer. */
export function outputBindings(schema: Schema): Bindings {
  const requestOnly = ['smithy.api#httpLabel', 'smithy.api#httpQuery', 'smithy.api#httpQueryParams'];
  const known = outputs.get(schema) ?? compile(schema, new Set(requestOnly));
  outputs.set(schema, known);
  return known;
}

function compile(schema: Schema, without: ReadonlySet<string>): Bindings {
  const bound = new Set<Member>();
  const having = (trait: string): readonly Member[] => {
    const members = without.has(trait) ? [] : schema.members.filter((member) => member.traits[trait] !== undefined);
    for (const member of members) bound.add(member);
    return members;
  };
  const named = (trait: string) => having(trait).map((member) => [String(member.traits[trait]), member] as const);
  const parts = {
    labels: having('smithy.api#httpLabel'),
    query: named('smithy.api#httpQuery'),
    queryParams: having('smithy.api#httpQueryParams')[0],
    headers: named('smithy.api#httpHeader').map(([name, member]) => [name.toLowerCase(), member] as const),
    prefixHeaders: named('smithy.api#httpPrefixHeaders').map(([name, member]) => [name.toLowerCase(), member] as const),
    payload: having('smithy.api#httpPayload')[0],
    responseCode: having('smithy.api#httpResponseCode')[0],
  };
  const free = schema.members.filter((member) => !bound.has(member));
  return { ...parts, body: withMembers(schema, free) };
}

function withMembers(schema: Schema, members: readonly Member[]): Schema {
  return new Schema(schema, { members: () => members, element: () => schema.element, key: () => schema.key });
}
