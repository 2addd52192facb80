import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WireFailure } from '../errors/wire-failure.ts';
import { parseXml } from './xml-tree.ts';
import { escapeXml } from './xml-writer.ts';

const parse = (text: string) => parseXml(Buffer.from(text, 'utf8'));

describe('the XML reader', () => {
  it('reads elements, attributes, references, CDATA and comments', () => {
    const root = parse(
      '<?xml version="1.0"?>\n<!-- c --><a:R xmlns:a="u" k=\'&lt;1\'>x&amp;<b/>&#x1F600;<![CDATA[<y>]]></a:R>\n',
    );
    expect(root).toMatchObject({ name: 'R', attributes: { 'xmlns:a': 'u', k: '<1' }, text: 'x&😀<y>' });
    expect(root.children).toEqual([{ name: 'b', attributes: {}, children: [], text: '' }]);
  });

  it('gives back any text that was escaped', () => {
    const printable = fc
      .string({ unit: 'binary' })
      .filter((text) => !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]/u.test(text));
    fc.assert(fc.property(printable, (text) => void expect(parse(`<a>${escapeXml(text)}</a>`).text).toBe(text)));
  });

  it.each([
    '',
    'text',
    '<a>',
    '<a></b>',
    '<a/><b/>',
    '<a b=1/>',
    '<a b="1" b="2"/>',
    '<a b="<"/>',
    '<a>&nbsp;</a>',
    '<a>& </a>',
    '<a>&#0;</a>',
    '<a>&#xD800;</a>',
    '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
    '<a><?php ?></a>',
    '<a><!-- </a>',
    '<a><![CDATA[ </a>',
    '<1/>',
    '<a>'.repeat(65) + '</a>'.repeat(65),
  ])('refuses %j', (text) => {
    expect(() => parse(text)).toThrow(WireFailure);
  });

  it('refuses bytes that are no UTF-8 and never throws anything else', () => {
    expect(() => parseXml(Uint8Array.of(0x3c, 0xff))).toThrow(WireFailure);
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<', '>', '/', 'a', '"', '=', ' ', '&', ';', '!', '?', '--', ']]>', '<![CDATA['), {
          maxLength: 30,
        }),
        (parts) => {
          try {
            parse(parts.join(''));
          } catch (error) {
            expect(error).toBeInstanceOf(WireFailure);
          }
        },
      ),
    );
  });
});
