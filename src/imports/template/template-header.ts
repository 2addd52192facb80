import { TEMPLATE_COLUMNS, type TemplateColumn } from '../../inventory/import-template.ts';

/** The first line of a file in the template's form: which field of a record is which column. */
export interface TemplateHeader {
  /** As it stands in the file. */
  readonly text: string;
  /** How many fields a record has. */
  readonly width: number;
  readonly columns: readonly HeaderColumn[];
}

export interface HeaderColumn {
  readonly name: string;
  readonly index: number;
  readonly column: TemplateColumn;
}

const BY_LOWER_NAME = new Map([...TEMPLATE_COLUMNS].map(([name, column]) => [name.toLowerCase(), { name, column }]));

/**
 * Undefined when no column is one of the template's: then it is some other file. Columns that the template does not have
 * are passed over. Names are read without the blanks around them and whatever their case, as spreadsheets change both; of
 * a column that is there twice the first one counts.
 */
export function readTemplateHeader(fields: readonly string[], text: string): TemplateHeader | undefined {
  const columns = new Map<string, HeaderColumn>();
  for (const [index, field] of fields.entries()) {
    const known = BY_LOWER_NAME.get(field.trim().toLowerCase());
    if (known !== undefined && !columns.has(known.name)) columns.set(known.name, { ...known, index });
  }
  return columns.size === 0 ? undefined : { text, width: fields.length, columns: [...columns.values()] };
}
