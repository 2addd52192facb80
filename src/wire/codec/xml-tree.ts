/**
 * A small strict XML reader: elements, attributes, text. No DTD, no entities beyond the five and character references,
 * no processing instructions but the declaration; depth and element count are bounded. Names keep no prefix in `name`.
 */

import { malformed } from '../errors/wire-failure.ts';

export interface XmlElement {
  /** Local name. */
  readonly name: string;
  /** By name as written, prefix included. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Character data of the element itself, children left out. */
  readonly text: string;
}

interface OpenElement {
  rawName: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

const DEPTH_MAX = 64;
const ELEMENTS_MAX = 200_000;
const NAME = /[A-Za-z_\u0080-\uffff][\w.:\-\u0080-\uffff]*/y;
const ATTRIBUTE = /\s+([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
const utf8 = new TextDecoder('utf-8', { fatal: true });

export function parseXml(bytes: Uint8Array): XmlElement {
  return new XmlParser(decode(bytes)).parse();
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw notXml();
  }
}

class XmlParser {
  readonly #text: string;
  readonly #open: OpenElement[] = [];
  #at = 0;
  #count = 0;
  #root: XmlElement | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): XmlElement {
    if (this.#text.startsWith('<?xml')) this.#skipPast('?>');
    while (this.#at < this.#text.length) this.#next();
    if (this.#root === undefined || this.#open.length > 0) throw notXml();
    return this.#root;
  }

  #next(): void {
    const text = this.#text;
    if (text[this.#at] !== '<') this.#characters();
    else if (text.startsWith('<!--', this.#at)) this.#skipPast('-->');
    else if (text.startsWith('<![CDATA[', this.#at)) this.#cdata();
    else if (text.startsWith('</', this.#at)) this.#closeTag();
    else this.#openTag();
  }

  #skipPast(end: string): void {
    const found = this.#text.indexOf(end, this.#at);
    if (found < 0) throw notXml();
    this.#at = found + end.length;
  }

  #characters(): void {
    const end = this.#text.indexOf('<', this.#at);
    const stop = end < 0 ? this.#text.length : end;
    this.#append(decodeReferences(this.#text.slice(this.#at, stop)));
    this.#at = stop;
  }

  #cdata(): void {
    const start = this.#at + '<![CDATA['.length;
    this.#skipPast(']]>');
    this.#append(this.#text.slice(start, this.#at - ']]>'.length));
  }

  #append(text: string): void {
    const parent = this.#open.at(-1);
    if (parent !== undefined) parent.text += text;
    else if (text.trim() !== '') throw notXml();
  }

  #openTag(): void {
    this.#at++;
    const element: OpenElement = { rawName: this.#name(), attributes: {}, children: [], text: '' };
    this.#attributes(element);
    const isEmpty = this.#text[this.#at] === '/';
    if (isEmpty) this.#at++;
    if (this.#text[this.#at++] !== '>') throw notXml();
    if (++this.#count > ELEMENTS_MAX || this.#open.length >= DEPTH_MAX)
      throw malformed('The XML you provided is too large or too deep.');
    if (this.#open.length === 0 && this.#root !== undefined) throw notXml();
    if (isEmpty) this.#close(element);
    else this.#open.push(element);
  }

  #attributes(element: OpenElement): void {
    ATTRIBUTE.lastIndex = this.#at;
    for (let match = ATTRIBUTE.exec(this.#text); match !== null; match = ATTRIBUTE.exec(this.#text)) {
      const [, name, double, single] = match;
      if (Object.hasOwn(element.attributes, name!)) throw notXml();
      Object.defineProperty(element.attributes, name!, {
        value: decodeReferences(double ?? single ?? ''),
        enumerable: true,
      });
      this.#at = ATTRIBUTE.lastIndex;
    }
    this.#skipSpace();
  }

  #closeTag(): void {
    this.#at += 2;
    const name = this.#name();
    this.#skipSpace();
    const element = this.#open.pop();
    if (this.#text[this.#at++] !== '>' || element?.rawName !== name) throw notXml();
    this.#close(element);
  }

  #close(open: OpenElement): void {
    const { attributes, children, text } = open;
    const element = { name: open.rawName.slice(open.rawName.indexOf(':') + 1), attributes, children, text };
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#root = element;
    else parent.children.push(element);
  }

  #name(): string {
    NAME.lastIndex = this.#at;
    const match = NAME.exec(this.#text);
    if (match === null) throw notXml();
    this.#at = NAME.lastIndex;
    return match[0];
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }
}

function decodeReferences(text: string): string {
  if (!text.includes('&')) return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  return text.replace(/\r\n?/g, '\n').replace(/&([^;&\s]{0,10});?/g, (whole, body: string) => {
    if (!whole.endsWith(';')) throw notXml();
    if (Object.hasOwn(NAMED, body)) return NAMED[body]!;
    const code = /^#x([0-9a-f]{1,6})$/i.exec(body) ?? /^#(\d{1,7})$/.exec(body);
    if (code === null) throw notXml();
    return characterOf(Number.parseInt(code[1]!, body[1]?.toLowerCase() === 'x' ? 16 : 10));
  });
}

function characterOf(code: number): string {
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) throw notXml();
  return String.fromCodePoint(code);
}

function notXml(): Error {
  return malformed('The XML you provided was not well-formed or did not validate against our published schema.');
}
