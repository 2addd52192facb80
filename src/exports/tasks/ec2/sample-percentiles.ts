import type { LakeWriter } from '../../../ports/sql-engine.ts';
import { quoteText } from '../../../telemetry/parquet-sql.ts';
import type { Percentiles } from './requirements.ts';

/** Which agents' samples are a server's: those observed after `ignoredThroughMs`, epoch milliseconds. */
export interface ServerAgents {
  readonly serverId: string;
  readonly agents: readonly { readonly agentId: string; readonly ignoredThroughMs: number }[];
}

/** What to take of the samples, 0 to 1; undefined: nothing. */
export interface Shares {
  readonly cpu: number | undefined;
  readonly ram: number | undefined;
}

/**
 * Percentiles over all samples of each server, pooled over its agents: neither averages of averages nor estimates. A
 * percentile keeps its samples in memory, so servers are taken in lots of a bounded number of samples.
 */
export async function readPercentiles(
  writer: LakeWriter,
  samples: { readonly paths: readonly string[]; readonly servers: readonly ServerAgents[]; readonly shares: Shares },
  samplesMax: number = SAMPLES_MAX,
): Promise<Map<string, Percentiles>> {
  const found = new Map<string, Percentiles>();
  if (samples.paths.length === 0 || samples.servers.length === 0) return found;
  await putAgents(writer, samples.servers);
  await writer.run(`CREATE VIEW samples AS SELECT server_no, total_cpu_usage_pct AS cpu_pct,
    CASE WHEN total_ram_in_mb > 0 THEN (total_ram_in_mb - free_ram_in_mb) / total_ram_in_mb * 100 END AS ram_pct
    FROM read_parquet([${samples.paths.map(quoteText).join(', ')}], union_by_name = true, hive_partitioning = false)
    JOIN agents USING (agent_id) WHERE epoch_ms("timestamp") > through_ms`);
  const counts = await writer.run(
    'SELECT server_no, count(*) AS rows FROM samples GROUP BY server_no ORDER BY server_no',
  );
  for (const lot of lotsOf(
    counts.map((row) => [Number(row.server_no), Number(row.rows)]),
    samplesMax,
  )) {
    const rows = await writer.run(`SELECT server_no, ${quantile('cpu_pct', samples.shares.cpu)} AS cpu,
      ${quantile('ram_pct', samples.shares.ram)} AS ram
      FROM samples WHERE server_no BETWEEN ${lot.first} AND ${lot.last} GROUP BY server_no`);
    for (const row of rows)
      found.set(samples.servers[Number(row.server_no)]?.serverId ?? '', {
        cpuPct: readNumber(row.cpu),
        ramPct: readNumber(row.ram),
      });
  }
  return found;
}

/** Of one lot: two percentiles of as many doubles, and the room they grow in, are well below 256 MiB. */
const SAMPLES_MAX = 4_000_000;
const AGENTS_A_STATEMENT = 1000;

async function putAgents(writer: LakeWriter, servers: readonly ServerAgents[]): Promise<void> {
  await writer.run('CREATE TABLE agents (agent_id VARCHAR, server_no INTEGER, through_ms BIGINT)');
  const values = servers.flatMap(({ agents }, index) =>
    agents.map(({ agentId, ignoredThroughMs }) => `(${quoteText(agentId)}, ${index}, ${ignoredThroughMs})`),
  );
  for (let from = 0; from < values.length; from += AGENTS_A_STATEMENT)
    await writer.run(`INSERT INTO agents VALUES ${values.slice(from, from + AGENTS_A_STATEMENT).join(', ')}`);
}

/** Neighbouring servers together, as long as their samples fit. */
export function lotsOf(
  counts: readonly (readonly [serverNo: number, samples: number])[],
  samplesMax: number,
): { readonly first: number; readonly last: number }[] {
  const lots: { first: number; last: number }[] = [];
  let room = 0;
  for (const [serverNo, samples] of counts) {
    const last = lots.at(-1);
    if (last !== undefined && samples <= room) {
      last.last = serverNo;
      room -= samples;
    } else {
      lots.push({ first: serverNo, last: serverNo });
      room = samplesMax - samples;
    }
  }
  return lots;
}

function quantile(column: string, share: number | undefined): string {
  return share === undefined ? 'NULL' : `quantile_cont(${column}, ${share})`;
}

function readNumber(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
