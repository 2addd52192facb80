/** Values of the product to XML text, along a schema. */

import { assert } from '../../core/errors.ts';
import type { Member, Schema } from '../model/schema.ts';
import { formatText } from './text-values.ts';
import { isAttribute, isFlattened, namespaceAttribute, xmlName } from './xml-names.ts';

type Values = Readonly<Record<string, unknown>>;

const ESCAPES: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  '"': '&quot;',
  '\r': '&#xD;',
  '\n': '&#xA;',
  '\u0085': '&#x85;',
  '\u2028': '&#x2028;',
};

export function escapeXml(text: string): string {
  // XML 1.0 has no way to write most control characters; they become what a reader can take.
  const clean = text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd');
  return clean.replace(/[<>&"\r\n\u0085\u2028]/g, (char) => ESCAPES[char]!);
}

export function xmlElement(name: string, attributes: string, content: string): string {
  return `<${name}${attributes}>${content}</${name}>`;
}

/** One element of the given name that holds `value`. */
export function writeXml(name: string, schema: Schema, value: unknown, attributes = ''): string {
  return xmlElement(name, attributes + ownAttributes(schema, value), contentOf(schema, value));
}

function ownAttributes(schema: Schema, value: unknown): string {
  if (schema.kind !== 'structure') return '';
  return schema.members
    .filter((member) => isAttribute(member) && isSet((value as Values)[member.name]))
    .map((member) => {
      const text = formatText(member.schema, (value as Values)[member.name], 'xml');
      return ` ${xmlName(member, member.name)}="${escapeXml(text)}"`;
    })
    .join('');
}

function contentOf(schema: Schema, value: unknown): string {
  switch (schema.kind) {
    case 'structure':
    case 'union':
      return writeXmlMembers(schema, value as Values);
    case 'list':
      assert(Array.isArray(value), `${schema.name} is a list`);
      return writeItems(schema, value, xmlName(schema.element, 'member'), namespaceAttribute(schema.element.traits));
    case 'map':
      return writeEntries(schema, value as Values, 'entry', '');
    default:
      return escapeXml(formatText(schema, value, 'xml'));
  }
}

export function writeXmlMembers(schema: Schema, values: Values): string {
  return schema.members
    .filter((member) => !isAttribute(member) && isSet(values[member.name] ?? member.defaultValue))
    .map((member) => writeMember(member, values[member.name] ?? member.defaultValue))
    .join('');
}

function writeMember(member: Member, value: unknown): string {
  const name = xmlName(member, member.name);
  const namespace = namespaceAttribute(member.traits);
  if (!isFlattened(member)) return writeXml(name, member.schema, value, namespace);
  if (member.schema.kind === 'map') return writeEntries(member.schema, value as Values, name, namespace);
  return writeItems(member.schema, value as readonly unknown[], name, namespaceAttribute(member.schema.element.traits));
}

function writeItems(schema: Schema, items: readonly unknown[], name: string, attributes: string): string {
  const { schema: item } = schema.element;
  return items
    .map((entry) => (entry === null ? xmlElement(name, attributes, '') : writeXml(name, item, entry, attributes)))
    .join('');
}

function writeEntries(schema: Schema, map: Values, name: string, attributes: string): string {
  const { key, element } = schema;
  return Object.keys(map)
    .map((text) => {
      const keyXml = writeXml(xmlName(key, 'key'), key.schema, text, namespaceAttribute(key.traits));
      const value = map[text];
      const valueName = xmlName(element, 'value');
      const valueXml = isSet(value)
        ? writeXml(valueName, element.schema, value, namespaceAttribute(element.traits))
        : xmlElement(valueName, '', '');
      return xmlElement(name, attributes, keyXml + valueXml);
    })
    .join('');
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}
