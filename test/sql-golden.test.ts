/**
 * The kinds of SQL that people run over the lake (lake reference, 3.1), in our own words and on our own three servers:
 * web (10.0.0.1, agent o-web) talks to db (10.0.0.2, agent o-db) and to a peer without an agent (192.168.5.5).
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Lake } from './sql-lake-fixture.ts';

const DAY = '2024-03-01';
const CONNECTION = [
  ['account_number', 'bigint'],
  ['agent_id', 'string'],
  ['source_ip', 'string'],
  ['source_port', 'int'],
  ['destination_ip', 'string'],
  ['destination_port', 'int'],
  ['ip_version', 'string'],
  ['transport_protocol', 'string'],
  ['agent_assigned_process_id', 'string'],
  ['agent_creation_date', 'timestamp'],
] as const;

let lake: Lake;

beforeAll(async () => {
  lake = await Lake.open();
  await lake.addTable(
    'os_info_agent',
    [
      ['agent_id', 'string'],
      ['os_name', 'string'],
      ['os_version', 'string'],
      ['host_name', 'string'],
      ['timestamp', 'timestamp'],
    ],
    {
      [DAY]: `SELECT * FROM (VALUES ('o-web', 'Linux', '12', 'web', TIMESTAMP '2024-03-01 01:00:00'),
        ('o-web', 'Linux', '12', 'web', TIMESTAMP '2024-03-01 09:30:00'), ('o-db', 'Linux', '11', 'db', TIMESTAMP '2024-03-01 02:00:00'))
        AS t(agent_id, os_name, os_version, host_name, "timestamp")`,
    },
  );
  await lake.addTable(
    'network_interface_agent',
    [
      ['agent_id', 'string'],
      ['ip_address', 'string'],
    ],
    {
      [DAY]:
        "SELECT * FROM (VALUES ('o-web', '10.0.0.1'), ('o-db', '10.0.0.2'), ('o-db', '10.0.0.2')) AS t(agent_id, ip_address)",
    },
  );
  await lake.addTable(
    'sys_performance_agent',
    [
      ['agent_id', 'string'],
      ['total_cpu_usage_pct', 'double'],
      ['total_ram_in_mb', 'double'],
      ['free_ram_in_mb', 'double'],
      ['timestamp', 'timestamp'],
    ],
    {
      [DAY]:
        "SELECT 'o-web' AS agent_id, 12.5 AS total_cpu_usage_pct, 2048.0 AS total_ram_in_mb, 512.0 AS free_ram_in_mb, TIMESTAMP '2024-03-01 01:00:00' AS \"timestamp\"",
    },
  );
  await lake.addTable('outbound_connection_agent', CONNECTION, {
    [DAY]: `SELECT 1 AS account_number, * FROM (VALUES
      ('o-web', '10.0.0.1', 40001, '10.0.0.2', 5432, 'IPv4', 'TCP', 'p1', TIMESTAMP '2024-03-01 01:00:00'),
      ('o-web', '10.0.0.1', 40002, '10.0.0.2', 5432, 'IPv4', 'TCP', 'p1', TIMESTAMP '2024-03-01 02:00:00'),
      ('o-web', '10.0.0.1', 40003, '192.168.5.5', 443, 'IPv4', 'TCP', 'p1', TIMESTAMP '2024-03-01 03:00:00'))
      AS t(agent_id, source_ip, source_port, destination_ip, destination_port, ip_version, transport_protocol, agent_assigned_process_id, agent_creation_date)`,
  });
  await lake.addTable('inbound_connection_agent', CONNECTION, {
    [DAY]: `SELECT 1 AS account_number, * FROM (VALUES
      ('o-db', '10.0.0.1', 40001, '10.0.0.2', 5432, 'IPv4', 'TCP', 'p9', TIMESTAMP '2024-03-01 01:00:00'),
      ('o-db', '172.16.0.9', 50001, '10.0.0.2', 22, 'IPv4', 'TCP', 'p8', TIMESTAMP '2024-03-01 01:00:00'))
      AS t(agent_id, source_ip, source_port, destination_ip, destination_port, ip_version, transport_protocol, agent_assigned_process_id, agent_creation_date)`,
  });
  await lake.addTable(
    'ports_import',
    [
      ['servicename', 'string'],
      ['portnumber', 'string'],
      ['transportprotocol', 'string'],
      ['description', 'string'],
    ],
    {
      [DAY]:
        "SELECT * FROM (VALUES ('postgresql', '5432', 'tcp', 'a database'), ('https', '443', 'tcp', 'web over TLS'), ('odd', 'x', 'tcp', NULL)) AS t(servicename, portnumber, transportprotocol, description)",
    },
  );
  lake.addView(
    'hosts_by_ip',
    'SELECT DISTINCT "os"."host_name", "nic"."agent_id", "nic"."ip_address" FROM os_info_agent os, network_interface_agent nic WHERE "os"."agent_id" = "nic"."agent_id"',
  );
  lake.addView(
    'known_peers',
    'SELECT DISTINCT "destination_ip" FROM outbound_connection_agent WHERE ("ip_version" = \'IPv4\')',
  );
  lake.addView(
    'outbound_counted',
    `SELECT "agent_id", "source_ip", "destination_ip", "destination_port", "agent_assigned_process_id", "count"(*) "frequency"
     FROM outbound_connection_agent WHERE "destination_ip" IN (SELECT * FROM known_peers)
     GROUP BY "agent_id", "source_ip", "destination_ip", "destination_port", "agent_assigned_process_id"`,
  );
});

afterAll(() => lake[Symbol.asyncDispose]());

const CASES: readonly (readonly [what: string, sql: string, lines: readonly string[]])[] = [
  [
    'every address',
    "SELECT * FROM network_interface_agent WHERE agent_id = 'o-web'",
    ['"agent_id","ip_address","dt"', '"o-web","10.0.0.1","2024-03-01"'],
  ],
  [
    'addresses with and without an agent',
    `SELECT DISTINCT "outbound_connection_agent"."destination_ip" AS "address",
       (CASE WHEN ((SELECT "count"(*) FROM network_interface_agent n WHERE "n"."ip_address" = "destination_ip") > 0) THEN 'yes' ELSE 'no' END) AS "Has Agent"
     FROM outbound_connection_agent WHERE (("destination_ip" LIKE '192.%') OR ("destination_ip" LIKE '10.%'))
     UNION SELECT DISTINCT "source_ip" AS "Address",
       (CASE WHEN ((SELECT "count"(*) FROM network_interface_agent n WHERE "n"."ip_address" = "source_ip") > 0) THEN 'yes' ELSE 'no' END) AS "has agent"
     FROM inbound_connection_agent WHERE "source_ip" LIKE '172.%' ORDER BY 1`,
    ['"address","Has Agent"', '"10.0.0.2","yes"', '"172.16.0.9","no"', '"192.168.5.5","no"'],
  ],
  [
    'performance beside the system',
    `SELECT "O"."OS_NAME" AS "Operating System", "p"."total_ram_in_mb" AS "Memory (MB)",
       ("p"."total_ram_in_mb" - "p"."free_ram_in_mb") AS "Used (MB)", p.total_cpu_usage_pct AS "CPU (%)"
     FROM "SYS_PERFORMANCE_agent" p, "OS_INFO_agent" o WHERE ("p"."agent_id" = "o"."agent_id") LIMIT 1`,
    ['"Operating System","Memory (MB)","Used (MB)","CPU (%)"', '"Linux","2048.0","1536.0","12.5"'],
  ],
  [
    'outbound traffic named by its ports',
    `SELECT DISTINCT h1.host_name "Source", "o"."destination_ip" "To", h2.host_name "Destination", "o"."frequency" "Times",
       "o"."destination_port" "Port", ports.servicename "Service"
     FROM (SELECT DISTINCT "agent_id", "source_ip", "destination_ip", "destination_port", "frequency" FROM outbound_counted) o
       LEFT OUTER JOIN hosts_by_ip h1 ON ("o"."source_ip" = "h1"."ip_address")
       LEFT OUTER JOIN hosts_by_ip h2 ON ("o"."destination_ip" = "h2"."ip_address"), ports_import ports
     WHERE "o"."destination_port" = TRY_CAST("ports"."portnumber" AS integer) ORDER BY "Times" DESC`,
    [
      '"Source","To","Destination","Times","Port","Service"',
      '"web","10.0.0.2","db","2","5432","postgresql"',
      '"web","192.168.5.5",,"1","443","https"',
    ],
  ],
  [
    'software told by its port, latest sighting',
    `SELECT o.host_name "Host Name", ports.servicename "Service", con.destination_port, con.seen
     FROM (SELECT agent_id, destination_ip, destination_port, Count(destination_port) AS seen FROM inbound_connection_agent
             GROUP BY agent_id, destination_ip, destination_port) con,
       (SELECT agent_id, host_name, Max("timestamp") FROM os_info_agent GROUP BY agent_id, host_name) o,
       ports_import ports
     WHERE ports.transportprotocol = 'tcp' AND con.destination_ip NOT LIKE '172%' AND con.agent_id = o.agent_id
       AND con.destination_port = TRY_CAST(ports.portnumber AS integer) ORDER BY "Host Name" DESC`,
    ['"Host Name","Service","destination_port","seen"', '"db","postgresql","5432","1"'],
  ],
  [
    'a WITH clause with column names, text joined with a cast number',
    `WITH latest (agent, at) AS (SELECT agent_id, MAX("timestamp") FROM OS_INFO_AGENT GROUP BY agent_id)
     SELECT "AGENT" || ':' || CAST(length(agent) AS varchar(20)), at FROM latest ORDER BY 1`,
    ['"_col0","at"', '"o-db:4","2024-03-01 02:00:00.000"', '"o-web:5","2024-03-01 09:30:00.000"'],
  ],
  [
    'the last row of each agent',
    `SELECT agent_id, "timestamp" FROM (SELECT *, ROW_NUMBER() OVER (PARTITION BY agent_id ORDER BY "timestamp" DESC) AS rn FROM os_info_agent) WHERE rn = 1 ORDER BY 1`,
    ['"agent_id","timestamp"', '"o-db","2024-03-01 02:00:00.000"', '"o-web","2024-03-01 09:30:00.000"'],
  ],
  [
    'inbound and outbound as one list',
    `SELECT 'in' AS direction, count(1) AS n FROM inbound_connection_agent UNION ALL SELECT 'out', count(1) FROM outbound_connection_agent ORDER BY direction`,
    ['"direction","n"', '"in","2"', '"out","3"'],
  ],
];

test.each(CASES)('%s', async (_what, sql, lines) => {
  expect((await lake.ask(sql)).lines).toEqual(lines);
});

test('a column that the lake renamed is told missing', async () => {
  await expect(lake.ask('SELECT total_free_ram_in_mb FROM sys_performance_agent')).rejects.toThrow(
    /^COLUMN_NOT_FOUND: line 1:8/,
  );
});
