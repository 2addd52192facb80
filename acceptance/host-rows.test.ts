import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAthena, type Row, select } from './athena-query.ts';
import { eventually, runPeriplus, startPeriplus } from './periplus-process.ts';

const isRequired = process.env.ACCEPTANCE_REQUIRED === '1';
const missing = ['ps', 'ss', 'ip'].filter((name) => spawnSync(name, ['-V'], { stdio: 'ignore' }).error !== undefined);
const isLinux = process.platform === 'linux';
if (isLinux && missing.length > 0) {
  if (isRequired) throw new Error(`${missing.join(', ')} required here and not installed.`);
  console.log(`${missing.join(', ')} not installed: the host's rows are not held against them.`);
}

describe.runIf(isLinux && missing.length === 0)("this host's own rows", () => {
  it('are what ps, ss and ip say', { timeout: 120_000 }, async () => {
    await using host = await openWitnesses();
    await using periplus = await startPeriplus('serve');
    const athena = openAthena(periplus);
    await startExport(periplus.environment);
    const agentDir = await mkdtemp(join(tmpdir(), 'periplus-agent-'));
    const token = runPeriplus('enrollment-token', '--data-dir', periplus.dataDir).trim();
    runPeriplus(
      'agent',
      '--once',
      '--endpoint',
      periplus.endpoint,
      '--enrollment-token',
      token,
      '--data-dir',
      agentDir,
    );
    const processes = await eventually(async () => {
      const rows = await select(athena, 'SELECT * FROM processes_agent');
      expect(rows.length).toBeGreaterThan(0);
      return rows;
    });
    expectProcess(processes, host.sleeperPid);
    expectAddresses(await select(athena, 'SELECT * FROM network_interface_agent'));
    if (host.connection !== undefined) {
      expectConnection(await select(athena, 'SELECT * FROM outbound_connection_agent'), host.connection);
      expectConnection(await select(athena, 'SELECT * FROM inbound_connection_agent'), host.connection);
    }
    expectMachine(
      await select(athena, 'SELECT * FROM os_info_agent'),
      await select(athena, 'SELECT * FROM sys_performance_agent'),
    );
    await rm(agentDir, { recursive: true });
  });
});

interface Connection {
  readonly address: string;
  readonly clientPort: number;
  readonly serverPort: number;
}

/** A process and a connection that are there for sure while the agent looks. */
async function openWitnesses() {
  const sleeper = spawn('sleep', ['301.25'], { stdio: 'ignore' });
  await once(sleeper, 'spawn');
  const address = Object.values(networkInterfaces())
    .flatMap((some) => some ?? [])
    .find((one) => one.family === 'IPv4' && !one.internal)?.address;
  const server = createServer().listen(0, '0.0.0.0');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  let client: Socket | undefined;
  if (address !== undefined) {
    client = connect(port, address);
    await once(client, 'connect');
  }
  const connection: Connection | undefined =
    client === undefined || address === undefined
      ? undefined
      : { address, clientPort: client.localPort ?? 0, serverPort: port };
  return {
    sleeperPid: sleeper.pid ?? 0,
    connection,
    [Symbol.asyncDispose]: async () => {
      sleeper.kill();
      client?.destroy();
      server.close();
    },
  };
}

async function startExport(environment: NodeJS.ProcessEnv): Promise<void> {
  const { default: AWS } = await import('aws-sdk');
  const discovery = new AWS.Discovery({
    endpoint: environment.AWS_ENDPOINT_URL ?? '',
    region: environment.AWS_REGION ?? '',
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
  });
  await discovery.startContinuousExport().promise();
}

function ps(pid: number, field: string): string {
  return execFileSync('ps', ['-o', `${field}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
}

function expectProcess(rows: readonly Row[], pid: number): void {
  const found = rows.filter((row) => row.agent_assigned_process_id === String(pid));
  expect(found).toHaveLength(1);
  expect(found[0]?.name).toBe(ps(pid, 'comm'));
  expect(found[0]?.cmd_line).toBe(ps(pid, 'args'));
  expect(found[0]?.is_system).toBe(String(ps(pid, 'uid') === '0'));
  // Processes come and go between the two looks: most of what ps lists must be there, not all.
  const listed = execFileSync('ps', ['-e', '-o', 'pid='], { encoding: 'utf8' }).trim().split(/\s+/);
  const known = new Set(rows.map((row) => row.agent_assigned_process_id));
  expect(listed.filter((one) => known.has(one)).length).toBeGreaterThan(listed.length * 0.8);
}

interface IpLink {
  readonly ifname: string;
  readonly address?: string;
  readonly operstate: string;
  readonly addr_info: readonly { readonly local?: string; readonly family: string }[];
}

function expectAddresses(rows: readonly Row[]): void {
  const links = JSON.parse(execFileSync('ip', ['-j', 'addr'], { encoding: 'utf8' })) as IpLink[];
  const expected = links.flatMap((link) =>
    link.addr_info.flatMap(({ local, family }) =>
      local === undefined
        ? []
        : [`${link.ifname} ${family === 'inet' ? 'IPv4' : 'IPv6'} ${local} ${link.address ?? ''}`],
    ),
  );
  const found = rows.map((row) => `${row.name} ${row.family} ${row.ip_address} ${row.mac_address?.toLowerCase()}`);
  expect(found.sort()).toEqual(expected.sort());
}

function expectConnection(rows: readonly Row[], connection: Connection): void {
  const found = rows.filter(
    (row) =>
      row.source_port === String(connection.clientPort) && row.destination_port === String(connection.serverPort),
  );
  expect(found).toHaveLength(1);
  const { address } = connection;
  expect(found[0]).toMatchObject({
    source_ip: address,
    destination_ip: address,
    ip_version: 'IPv4',
    transport_protocol: 'TCP',
  });
  const sockets = execFileSync('ss', ['-tnpH', 'sport', '=', `:${connection.clientPort}`], { encoding: 'utf8' });
  expect(sockets).toContain(`${address}:${connection.serverPort}`);
  expect(found[0]?.agent_assigned_process_id).toBe(String(process.pid));
}

function expectMachine(systems: readonly Row[], samples: readonly Row[]): void {
  expect(systems[0]?.host_name).toBe(execFileSync('hostname', { encoding: 'utf8' }).trim());
  const processors = execFileSync('nproc', ['--all'], { encoding: 'utf8' }).trim();
  expect(samples.length).toBeGreaterThan(0);
  for (const sample of samples) {
    expect(sample.total_num_logical_processors).toBe(processors);
    expect(Number(sample.total_cpu_usage_pct)).toBeGreaterThanOrEqual(0);
    expect(Number(sample.free_ram_in_mb)).toBeLessThanOrEqual(Number(sample.total_ram_in_mb));
  }
  const totalKib = /^MemTotal:\s+(\d+) kB$/m.exec(execFileSync('cat', ['/proc/meminfo'], { encoding: 'utf8' }))?.[1];
  expect(Number(samples[0]?.total_ram_in_mb)).toBeCloseTo(Number(totalKib) / 1024, 0);
}
