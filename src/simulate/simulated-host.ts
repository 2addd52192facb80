import { createSeededRandom, type SeededRandom } from './seeded-random.ts';

/** One program a host may run, with the ports it listens on and the ports it calls. */
interface Program {
  readonly name: string;
  readonly path: string;
  readonly cmdLine: string;
  readonly listens: readonly number[];
  readonly calls: readonly number[];
}

export interface SimulatedHost {
  readonly machineId: string;
  readonly hostName: string;
  readonly osName: string;
  readonly osVersion: string;
  readonly cpuType: string;
  readonly hypervisor: string;
  readonly ip: string;
  readonly mac: string;
  readonly gateway: string;
  readonly cores: number;
  readonly ramMb: number;
  readonly diskGb: number;
  readonly programs: readonly Program[];
  /** Addresses of the hosts around it. */
  readonly peers: readonly [string, ...string[]];
}

const ROLES: readonly [Role, ...Role[]] = [
  { name: 'web', programs: ['nginx', 'php-fpm'] },
  { name: 'app', programs: ['java', 'node'] },
  { name: 'db', programs: ['postgres', 'mysqld'] },
  { name: 'cache', programs: ['redis-server', 'memcached'] },
  { name: 'batch', programs: ['python3', 'java'] },
];
interface Role {
  readonly name: string;
  readonly programs: readonly (keyof typeof PROGRAMS)[];
}

const program = (
  path: string,
  args: string,
  listens: readonly number[] = [],
  calls: readonly number[] = [],
): Program => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return { name, path, cmdLine: args === '' ? path : `${path} ${args}`, listens, calls };
};

const PROGRAMS = {
  nginx: program('/usr/sbin/nginx', '-g daemon off; master_process on;', [80, 443], [8080]),
  'php-fpm': program(
    '/usr/sbin/php-fpm8.2',
    '--nodaemonize --fpm-config /etc/php/8.2/fpm/php-fpm.conf',
    [9000],
    [3306],
  ),
  java: program('/usr/lib/jvm/java-17/bin/java', '-Xmx4g -jar /opt/app/service.jar', [8080, 8443], [5432, 6379]),
  node: program('/usr/bin/node', '/srv/api/server.js --port 3000', [3000], [5432, 6379, 443]),
  postgres: program('/usr/lib/postgresql/15/bin/postgres', '-D /var/lib/postgresql/15/main', [5432]),
  mysqld: program('/usr/sbin/mysqld', '--datadir=/var/lib/mysql', [3306]),
  'redis-server': program('/usr/bin/redis-server', '0.0.0.0:6379', [6379]),
  memcached: program('/usr/bin/memcached', '-m 64 -p 11211', [11211]),
  python3: program('/usr/bin/python3', '/opt/etl/nightly.py --since yesterday', [], [5432, 443]),
} as const;

const EVERYWHERE: readonly Program[] = [
  program('/usr/sbin/sshd', '-D', [22]),
  program('/usr/lib/systemd/systemd', '--system --deserialize 31'),
  program('/usr/lib/systemd/systemd-journald', ''),
  program('/usr/sbin/cron', '-f'),
  program('/usr/sbin/rsyslogd', '-n -iNONE', [], [514]),
  program('/usr/bin/node_exporter', '--web.listen-address=:9100', [9100]),
];

const SYSTEMS: readonly [readonly [string, string], ...(readonly [string, string])[]] = [
  ['Ubuntu', '22.04'],
  ['Debian GNU/Linux', '12'],
  ['Red Hat Enterprise Linux', '8.9'],
  ['Amazon Linux', '2023'],
];
const CPUS: readonly [string, ...string[]] = [
  'Intel(R) Xeon(R) Gold 6248',
  'AMD EPYC 7543',
  'Intel(R) Xeon(R) E5-2680',
];

/** Host number `index` of the data centre that `seed` describes. */
export function describeHost(seed: number, index: number): SimulatedHost {
  const random = createSeededRandom(seed, index);
  const role = random.pick(ROLES);
  const [osName, osVersion] = random.pick(SYSTEMS);
  const cores = 2 ** (1 + random.below(5));
  return {
    machineId: `simulated-${seed}-${index}`,
    hostName: `${role.name}-${String(index).padStart(4, '0')}.dc1.example`,
    osName,
    osVersion,
    cpuType: random.pick(CPUS),
    hypervisor: random.pick(['vmware', 'kvm', 'hyperv']),
    ip: hostAddress(index),
    mac: macAddress(index),
    gateway: `10.${(index >> 16) & 0xff}.${(index >> 8) & 0xff}.254`,
    cores,
    ramMb: cores * random.pick([2048, 4096, 8192]),
    diskGb: random.pick([64, 128, 512, 2048]),
    programs: [...role.programs.map((name) => PROGRAMS[name]), ...EVERYWHERE],
    peers: peersOf(random),
  };
}

function hostAddress(index: number): string {
  return `10.${(index >> 16) & 0xff}.${(index >> 8) & 0xff}.${index & 0xff}`;
}

function macAddress(index: number): string {
  const hex = (0x020000000000 + index).toString(16).padStart(12, '0');
  return hex.match(/../g)?.join(':') ?? hex;
}

function peersOf(random: SeededRandom): [string, ...string[]] {
  const others = Array.from({ length: 23 }, () => hostAddress(random.below(4096)));
  return [hostAddress(random.below(4096)), ...others];
}
