import type { ZipFile } from 'yauzl';
import { KB_A_MB } from '../../inventory/import-template.ts';
import type { NetworkInterface, ServerAttributes } from '../../inventory/server-attributes.ts';
import { openSheet, type SheetRow } from './sheets.ts';

/** What other sheets say of one machine: put together before the sheet of machines is read line by line. */
export type SideFacts = { -readonly [K in keyof ServerAttributes]?: ServerAttributes[K] } & {
  interfaces: NetworkInterface[];
};

/** Rows of all other sheets together: what is kept in memory of them. */
const SIDE_ROWS_MAX = 2_000_000;

export class TooManyRowsError extends Error {
  constructor(sheet: string) {
    super(`${sheet}: an export may have ${SIDE_ROWS_MAX} lines beside those of its machines.`);
    this.name = 'TooManyRowsError';
  }
}

const READERS: Readonly<Record<string, (facts: SideFacts, row: SheetRow) => void>> = {
  vnetwork: (facts, row) => facts.interfaces.push(...readInterfaces(row)),
  vcpu: (facts, row) => {
    set(facts, 'numCpus', readNumber(row.get('sockets')));
    set(facts, 'numCores', readNumber(row.get('cpus')));
  },
  vmemory: (facts, row) => {
    set(facts, 'totalRamKb', readMb(row.get('size mib', 'size mb', 'size')));
    set(facts, 'memoryReservation', row.get('reservation'));
  },
  vdisk: (facts, row) => {
    facts.numDisks = (facts.numDisks ?? 0) + 1;
    facts.totalDiskSizeKb = (facts.totalDiskSizeKb ?? 0) + (readMb(row.get('capacity mib', 'capacity mb')) ?? 0);
  },
  vpartition: (facts, row) => {
    facts.totalDiskFreeSizeKb = (facts.totalDiskFreeSizeKb ?? 0) + (readMb(row.get('free mib', 'free mb')) ?? 0);
  },
  vtools: (facts, row) => set(facts, 'toolsStatus', row.get('tools')),
};

const HOST_READERS: typeof READERS = {
  vnic: (facts, row) => facts.interfaces.push(...readInterfaces(row)),
  vsc_vmk: (facts, row) => facts.interfaces.push(...readInterfaces(row)),
};

/** Facts of virtual machines and of hosts. */
export class SideTable {
  readonly #byKey = new Map<string, SideFacts>();
  #rows = 0;

  /** All that is said under any of the keys. */
  find(keys: readonly string[]): SideFacts {
    const found = new Set(keys.flatMap((key) => this.#byKey.get(key) ?? []));
    const interfaces = [...found].flatMap((facts) => facts.interfaces);
    return Object.assign({}, ...found, { interfaces }) as SideFacts;
  }

  /** @throws TooManyRowsError */
  async read(zip: ZipFile, sheets: ReadonlyMap<string, Parameters<typeof openSheet>[1]>): Promise<void> {
    for (const [name, read] of Object.entries(READERS))
      await this.#readSheet(zip, sheets, { name, read, keyOf: machineKey });
    for (const [name, read] of Object.entries(HOST_READERS))
      await this.#readSheet(zip, sheets, { name, read, keyOf: (row) => hostKey(row.get('host')) });
  }

  async #readSheet(
    zip: ZipFile,
    sheets: ReadonlyMap<string, Parameters<typeof openSheet>[1]>,
    {
      name,
      read,
      keyOf,
    }: { name: string; read: (typeof READERS)[string]; keyOf: (row: SheetRow) => string | undefined },
  ): Promise<void> {
    const entry = sheets.get(name);
    const sheet = entry === undefined ? undefined : await openSheet(zip, entry);
    if (sheet === undefined) return;
    for await (const rows of sheet.rows) {
      for (const row of rows) {
        this.#rows += 1;
        if (this.#rows > SIDE_ROWS_MAX) throw new TooManyRowsError(name);
        const key = keyOf(row);
        if (key !== undefined) read(this.#factsOf(key), row);
      }
    }
  }

  #factsOf(key: string): SideFacts {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const facts: SideFacts = { interfaces: [] };
    this.#byKey.set(key, facts);
    return facts;
  }
}

/** What a line about a machine is told by, surest first: sheets of different versions have different columns. */
function machineKey(row: SheetRow): string | undefined {
  const where = row.get('vi sdk uuid', 'vi sdk server') ?? '';
  const [uuid, id, name] = [row.get('vm uuid'), row.get('vm id'), row.get('vm')];
  if (uuid !== undefined) return `uuid/${where}/${uuid}`;
  if (id !== undefined) return `id/${where}/${id}`;
  return name === undefined ? undefined : `name/${where}/${name}`;
}

/** Every key that other sheets may have used for the machine. */
export function allMachineKeys(row: SheetRow): string[] {
  const places = [row.get('vi sdk uuid') ?? '', row.get('vi sdk server') ?? '', ''];
  const of = (kind: string, value: string | undefined) =>
    value === undefined ? [] : places.map((where) => `${kind}/${where}/${value}`);
  return [...of('uuid', row.get('vm uuid')), ...of('id', row.get('vm id')), ...of('name', row.get('vm'))];
}

export function hostKey(host: string | undefined): string | undefined {
  return host === undefined ? undefined : `host/${host.toLowerCase()}`;
}

export function readNumber(text: string | undefined): number | undefined {
  const plain = text?.replace(/(?<=\d)[,\s](?=\d{3}\b)/g, '');
  return plain !== undefined && /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}

export function readMb(text: string | undefined): number | undefined {
  const number = readNumber(text);
  return number === undefined ? undefined : number * KB_A_MB;
}

function set<K extends keyof SideFacts>(facts: SideFacts, name: K, value: SideFacts[K] | undefined): void {
  if (value !== undefined) facts[name] = value;
}

/** One entry an address; a card without one is known by its hardware address. */
function readInterfaces(row: SheetRow): NetworkInterface[] {
  const addresses = (row.get('ipv4 address', 'ip address') ?? '').split(/[,;\s]+/);
  const all = [...addresses, ...(row.get('ipv6 address') ?? '').split(/[,;\s]+/)].filter((one) =>
    /^[0-9a-f.:]+$/i.test(one),
  );
  const shared: NetworkInterface = compact({
    name: row.get('nic label', 'network device', 'device', 'adapter'),
    macAddress: row.get('mac address', 'mac', 'network mac address'),
    portGroupName: row.get('network', 'port group', 'network label'),
    virtualSwitchName: row.get('switch'),
  });
  const netMask = row.get('subnet mask');
  if (all.length === 0) return shared.macAddress === undefined ? [] : [shared];
  return all.map((ipAddress) => ({ ...shared, ipAddress, ...(netMask === undefined ? {} : { netMask }) }));
}

export function compact<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as T;
}
