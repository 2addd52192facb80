/** The statements that sum performance samples up, in the database of one projection step (projection-sql.ts). */

/** What is averaged, with the factor to the unit of the attribute: kilobits to KB, MB to KB. */
const AVERAGED = {
  total_cpu_usage_pct: { name: 'CpuUsagePct', factor: 1 },
  total_disk_read_ops_per_sec: { name: 'DiskReadIops', factor: 1 },
  total_disk_write_ops_per_sec: { name: 'DiskWriteIops', factor: 1 },
  total_disk_bytes_read_per_sec_in_kbps: { name: 'DiskReadsPerSecondKb', factor: 1000 / 8 / 1024 },
  total_disk_bytes_written_per_sec_in_kbps: { name: 'DiskWritesPerSecondKb', factor: 1000 / 8 / 1024 },
  total_network_bytes_read_per_sec_in_kbps: { name: 'NetworkReadsPerSecondKb', factor: 1000 / 8 / 1024 },
  total_network_bytes_written_per_sec_in_kbps: { name: 'NetworkWritesPerSecondKb', factor: 1000 / 8 / 1024 },
  free_ram_in_mb: { name: 'FreeRamKb', factor: 1024 },
} as const;

/** What is a fact of the host: its newest value. */
const NEWEST = {
  total_num_cpus: { name: 'numCpus', factor: 1 },
  total_num_cores: { name: 'numCores', factor: 1 },
  total_num_logical_processors: { name: 'numLogicalProcessors', factor: 1 },
  total_num_disks: { name: 'numDisks', factor: 1 },
  total_num_network_cards: { name: 'numNetworkCards', factor: 1 },
  total_ram_in_mb: { name: 'totalRamKb', factor: 1024 },
  total_disk_size_in_gb: { name: 'totalDiskSizeKb', factor: 1024 * 1024 },
  total_disk_free_size_in_gb: { name: 'totalDiskFreeSizeKb', factor: 1024 * 1024 },
} as const;

/** Of the one average whose worst is its smallest. */
const isSmallestWorst = (column: string) => column === 'free_ram_in_mb';

const SUM_COLUMNS = Object.fromEntries(
  Object.keys(AVERAGED).flatMap((column) => [
    [`${column}_n`, 'BIGINT'],
    [`${column}_sum`, 'DECIMAL(38,6)'],
    [`${column}_worst`, 'DOUBLE'],
  ]),
);

export const PERFORMANCE_COLUMNS: Readonly<Record<string, string>> = {
  agent_id: 'VARCHAR',
  through_ms: 'BIGINT',
  observed_ms: 'BIGINT',
  ...SUM_COLUMNS,
  ...Object.fromEntries(Object.keys(NEWEST).map((column) => [column, 'DOUBLE'])),
};

/** More than any host has or does: a larger number is an error of the sender's, and sums of such ones would overflow. */
const AMOUNT_MAX = '1e15';

/** The new samples, without amounts that cannot be. */
function composeSamples(): string {
  const columns = [...Object.keys(AVERAGED), ...Object.keys(NEWEST)];
  const checked = columns.map((column) => `CASE WHEN ${column} <= ${AMOUNT_MAX} THEN ${column} END AS ${column}`);
  return `(SELECT * REPLACE (${checked.join(', ')}) FROM new_sys_performance_agent)`;
}

/** Sums of all samples of an agent since its server was made: averages come of all samples, never of averages. */
export function composePerformance(): string {
  const averaged = Object.keys(AVERAGED);
  const newest = Object.keys(NEWEST);
  const worst = (column: string) => (isSmallestWorst(column) ? 'min' : 'max');
  const sums = averaged.map(
    (
      column,
    ) => `count(try_cast(${column} AS DECIMAL(38,6))) AS ${column}_n, sum(try_cast(${column} AS DECIMAL(38,6))) AS ${column}_sum,
      ${worst(column)}(${column}) AS ${column}_worst`,
  );
  const added = averaged.map(
    (column) => `sum(${column}_n)::BIGINT AS ${column}_n, sum(${column}_sum) AS ${column}_sum,
      ${worst(column)}(${column}_worst) AS ${column}_worst`,
  );
  return `CREATE TABLE next_performance AS
    WITH fresh AS (SELECT r.agent_id, coalesce(any_value(i.through_ms), 0) AS through_ms, max(event_ms) AS observed_ms, ${sums},
        ${newest.map((column) => `arg_max(${column}, event_ms)::DOUBLE AS ${column}`)}
      FROM ${composeSamples()} r LEFT JOIN ignored i ON i.agent_id = r.agent_id GROUP BY r.agent_id),
    kept AS (SELECT o.* FROM old_performance o LEFT JOIN ignored i ON i.agent_id = o.agent_id WHERE o.through_ms = coalesce(i.through_ms, 0))
    SELECT agent_id, through_ms, max(observed_ms) AS observed_ms, ${added}, ${newest.map((column) => `arg_max(${column}, observed_ms) AS ${column}`)}
    FROM (FROM kept UNION ALL BY NAME FROM fresh) merged GROUP BY agent_id, through_ms`;
}

/** As the attributes of a server (server-attributes.ts), for the agents that have new samples. */
export function composePerformanceAttributes(): string {
  const averages = Object.entries(AVERAGED).map(([column, { name, factor }]) => {
    const worst = `${isSmallestWorst(column) ? 'min' : 'max'}${name}`;
    return `${column}_sum::DOUBLE / nullif(${column}_n, 0) * ${factor} AS "avg${name}", ${column}_worst * ${factor} AS "${worst}"`;
  });
  const newest = Object.entries(NEWEST).map(
    ([column, { name, factor }]) => `round(${column} * ${factor}) AS "${name}"`,
  );
  return `SELECT agent_id, observed_ms::DOUBLE AS observed_ms, ${[...averages, ...newest].join(', ')} FROM next_performance
    WHERE agent_id IN (SELECT DISTINCT agent_id FROM new_sys_performance_agent)`;
}
