import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** A file in the form of the import template, with every column filled but ServerId. */
const HEADER = `ExternalId,SMBiosId,IPAddress,MACAddress,HostName,VMware.MoRefId,VMware.VCenterId,CPU.NumberOfProcessors,CPU.NumberOfCores,CPU.NumberOfLogicalCores,OS.Name,OS.Version,VMware.VMName,RAM.TotalSizeInMB,RAM.UsedSizeInMB.Avg,RAM.UsedSizeInMB.Max,CPU.UsagePct.Avg,CPU.UsagePct.Max,DiskReadsPerSecondInKB.Avg,DiskWritesPerSecondInKB.Avg,DiskReadsPerSecondInKB.Max,DiskWritesPerSecondInKB.Max,DiskReadsOpsPerSecond.Avg,DiskWritesOpsPerSecond.Avg,DiskReadsOpsPerSecond.Max,DiskWritesOpsPerSecond.Max,NetworkReadsPerSecondInKB.Avg,NetworkWritesPerSecondInKB.Avg,NetworkReadsPerSecondInKB.Max,NetworkWritesPerSecondInKB.Max,Applications,ApplicationWave,Tags`;
const LINES_A_PIECE = 1000;

export interface FileShape {
  readonly records: number;
  /** Text in a column that the template does not have, to make a file large without many servers. */
  readonly paddingChars?: number;
}

/** Returns when it is written. */
export async function writeImportFile(path: string, shape: FileShape): Promise<void> {
  await pipeline(Readable.from(pieces(shape)), createWriteStream(path));
}

function* pieces({ records, paddingChars = 0 }: FileShape): Generator<string> {
  yield `${HEADER},Notes\n`;
  const padding = 'x'.repeat(paddingChars);
  for (let from = 0; from < records; from += LINES_A_PIECE) {
    const count = Math.min(LINES_A_PIECE, records - from);
    yield Array.from({ length: count }, (_, at) => `${lineOf(from + at)},${padding}\n`).join('');
  }
}

function lineOf(n: number): string {
  const [a, b, c] = [(n >> 16) & 255, (n >> 8) & 255, n & 255];
  const mac = [2, 0, (n >> 24) & 255, a, b, c].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
  const sizes = `2,4,8,Linux - Ubuntu 22.04,5.15,vm-${n},16384,8192.5,12000,${n % 100},99,${n % 977},12.5,4000,3000`;
  const rates = `${n % 50},20,400,300,${n % 333},9,90,80`;
  return `inv-${n},bios-${n},"10.${a}.${b}.${c}, 172.16.${b}.${c}",${mac},host-${n}.corp.example,vm-${n},vc-1,${sizes},${rates},"app ${n % 500}, base",${n % 7},"zone:${n % 9}, env:prod"`;
}
