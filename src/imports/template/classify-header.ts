import type { FileClassification } from '../import-states.ts';

/** Columns that tell whose file it is; all of a list must be there. */
const MARKS: readonly (readonly [FileClassification, readonly string[]])[] = [
  ['RVTOOLS_EXPORT', ['vm', 'powerstate', 'vi sdk server']],
  ['RVTOOLS_EXPORT', ['vm', 'powerstate', 'template', 'dns name']],
  ['VMWARE_NSX_EXPORT', ['source ip', 'destination ip', 'source vm name', 'destination vm name']],
  ['MODELIZEIT_EXPORT', ['server name', 'cpu count', 'memory (mb)', 'application name']],
];

/** What a file that is not the template's seems to be, by the names of its columns. */
export function classifyHeader(fields: readonly string[]): FileClassification | undefined {
  const names = new Set(fields.map((field) => field.trim().toLowerCase()));
  return MARKS.find(([, marks]) => marks.every((mark) => names.has(mark)))?.[0];
}
