import { createHash } from 'node:crypto';
import type { CatalogPartition } from '../../catalog/catalog.ts';
import type { Segment } from '../../wire/generated/glue.ts';
import { InvalidInputException } from './errors.ts';

/**
 * The partitions of one segment (decision G13): spread by a hash of their values, so that the segments together are all
 * partitions, each once, and a partition stays in its segment when others come and go. @throws InvalidInputException
 */
export function segmentTest(segment: Segment | undefined): ((partition: CatalogPartition) => boolean) | undefined {
  if (segment === undefined) return undefined;
  const { SegmentNumber, TotalSegments } = segment;
  if (SegmentNumber >= TotalSegments)
    throw new InvalidInputException(`SegmentNumber ${SegmentNumber} is not below TotalSegments ${TotalSegments}.`);
  return ({ values }) => hashOf(values) % TotalSegments === SegmentNumber;
}

function hashOf(values: readonly string[]): number {
  return createHash('sha256').update(JSON.stringify(values)).digest().readUInt32BE(0);
}
