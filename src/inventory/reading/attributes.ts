/** A configuration item as the API shows it: names to texts. */
export type Attributes = Readonly<Record<string, string>>;

/** Longest value of an attribute (model: String). */
export const VALUE_CHARACTERS_MAX = 10_000;

/** Attributes that are there, as texts. */
export function attributesOf(
  values: Readonly<Record<string, string | number | boolean | null | undefined>>,
): Attributes {
  const present = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return Object.fromEntries(present.map(([name, value]) => [name, cutText(String(value))]));
}

/** Never between the halves of a character. */
function cutText(text: string): string {
  if (text.length <= VALUE_CHARACTERS_MAX) return text;
  const cut = text.slice(0, VALUE_CHARACTERS_MAX);
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

/**
 * A list as JSON in a text, which is how the API shows lists. Entries that do not fit any more are left out, and
 * `<name>.hasMoreValues` says so.
 */
export function listAttribute(name: string, entries: readonly object[]): Attributes {
  const texts: string[] = [];
  let characters = 2;
  for (const entry of entries) {
    const text = JSON.stringify(entry);
    characters += text.length + (texts.length === 0 ? 0 : 1);
    if (characters > VALUE_CHARACTERS_MAX) break;
    texts.push(text);
  }
  return { [name]: `[${texts.join(',')}]`, [`${name}.hasMoreValues`]: String(texts.length < entries.length) };
}
