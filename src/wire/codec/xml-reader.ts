/** XML elements to values of the product, along a schema. Unknown elements are dropped, scalars are strict. */

import { malformed } from '../errors/wire-failure.ts';
import type { Member, Schema } from '../model/schema.ts';
import { applyDefaults } from './json-reader.ts';
import { parseText } from './text-values.ts';
import { isAttribute, isFlattened, xmlName } from './xml-names.ts';
import type { XmlElement } from './xml-tree.ts';

export function readXml(schema: Schema, element: XmlElement): unknown {
  switch (schema.kind) {
    case 'structure':
      return readStructure(schema, element);
    case 'union':
      return readUnion(schema, element);
    case 'list':
      return readItems(
        schema,
        element.children.filter((child) => child.name === xmlName(schema.element, 'member')),
      );
    case 'map':
      return readEntries(
        schema,
        element.children.filter((child) => child.name === 'entry'),
      );
    case 'string':
    case 'enum':
      return element.text;
    default:
      return parseText(schema, element.text.trim(), 'xml');
  }
}

function readStructure(schema: Schema, element: XmlElement): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const member of schema.members) {
    const value = readMember(member, element);
    if (value !== undefined) result[member.name] = value;
  }
  return applyDefaults(schema, result);
}

function readUnion(schema: Schema, element: XmlElement): Record<string, unknown> {
  const set = schema.members.filter((member) => readMember(member, element) !== undefined);
  const only = set[0];
  if (set.length !== 1 || only === undefined)
    throw malformed(`The value of ${schema.name} must hold one known member.`);
  return { [only.name]: readMember(only, element) };
}

function readMember(member: Member, element: XmlElement): unknown {
  const name = xmlName(member, member.name);
  if (isAttribute(member)) {
    const text = element.attributes[name];
    return text === undefined ? undefined : parseText(member.schema, text, 'xml');
  }
  const local = name.slice(name.indexOf(':') + 1);
  const found = element.children.filter((child) => child.name === local);
  if (found.length === 0) return undefined;
  if (!isFlattened(member)) return readXml(member.schema, found[0]!);
  return member.schema.kind === 'map' ? readEntries(member.schema, found) : readItems(member.schema, found);
}

function readItems(schema: Schema, elements: readonly XmlElement[]): unknown {
  return elements.map((element) => readXml(schema.element.schema, element));
}

function readEntries(schema: Schema, elements: readonly XmlElement[]): unknown {
  const names = [xmlName(schema.key, 'key'), xmlName(schema.element, 'value')];
  const result: Record<string, unknown> = Object.create(null);
  for (const entry of elements) {
    const [key, value] = names.map((name) => entry.children.find((child) => child.name === name));
    if (key === undefined || value === undefined) throw malformed('A map entry needs a key and a value.');
    result[key.text] = readXml(schema.element.schema, value);
  }
  return result;
}
