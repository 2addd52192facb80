/** Element names and namespaces of members, shared by reader and writer. */

import type { Member, Schema } from '../model/schema.ts';
import type { Traits } from '../model/smithy-ast.ts';

export function xmlName(member: Member, otherwise: string): string {
  return (member.traits['smithy.api#xmlName'] as string | undefined) ?? otherwise;
}

export function isFlattened(member: Member): boolean {
  return member.traits['smithy.api#xmlFlattened'] !== undefined;
}

export function isAttribute(member: Member): boolean {
  return member.traits['smithy.api#xmlAttribute'] !== undefined;
}

/** ` xmlns="…"` as a trait asks for it, else nothing. */
export function namespaceAttribute(traits: Traits): string {
  const trait = traits['smithy.api#xmlNamespace'] as { uri: string; prefix?: string } | undefined;
  if (trait === undefined) return '';
  return ` xmlns${trait.prefix === undefined ? '' : `:${trait.prefix}`}="${trait.uri}"`;
}

/** Name of a document's root: of the payload member or shape if it has one, else the shape's name. */
export function rootName(schema: Schema): string {
  return (schema.traits['smithy.api#xmlName'] as string | undefined) ?? schema.name;
}
