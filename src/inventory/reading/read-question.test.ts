import { describe, expect, it } from 'vitest';
import { APPLICATION_FIELDS } from './application-fields.ts';
import { CONNECTION_FIELDS, PROCESS_FIELDS } from './bulk-fields.ts';
import { CONDITIONS } from './conditions.ts';
import { QuestionInvalidError, QuestionValueInvalidError } from './errors.ts';
import { FILTER_VALUES_MAX, type Field, type Fields, readQuestion } from './read-question.ts';
import { SERVER_FIELDS } from './server-fields.ts';

/** One letter a field, as the reference prints them: E, C or N, `-` for none, and `s` when it sorts. */
function letterOf({ conditions, isSortable }: Field<unknown>): string {
  const letters = { 0: '-', 4: conditions.includes('GE') ? 'N' : 'E', 6: 'C' } as Record<number, string>;
  return `${letters[conditions.length]}${isSortable ? 's' : ''}`;
}

function namesBy(fields: Fields<unknown>): Record<string, string[]> {
  const names = Object.entries(fields).map(([name, field]) => [letterOf(field), name.replace(/^\w+\./, '')] as const);
  return Object.fromEntries(
    [...Map.groupBy(names, ([letter]) => letter)].map(([letter, some]) => [letter, some.map(([, name]) => name)]),
  );
}

const FIELDS: Fields<string> = {
  name: { conditions: ['EQUALS', 'CONTAINS'], values: 'text', isSortable: true, source: 'a' },
  size: { conditions: ['GE'], values: 'number', isSortable: false, source: 'b' },
  port: { conditions: ['EQUALS', 'NE'], values: 'integer', isSortable: true, source: 'c' },
  kind: { conditions: ['EQUALS'], values: ['X', 'Y'], isSortable: false, source: 'd' },
};

const ask = (name: string, condition: string, ...values: string[]) =>
  readQuestion(FIELDS, { filters: [{ name, condition, values }], orderBy: [], limit: 1 }).filters[0]?.test;

describe('the tables of filters and sorts', () => {
  it('of servers are those of the reference', () => {
    expect(namesBy(SERVER_FIELDS)).toEqual({
      E: [
        'configurationId',
        'agentId',
        'connectorId',
        'type',
        'application.configurationId',
        'process.configurationId',
      ],
      Cs: ['hostName', 'osName', 'osVersion'],
      C: [
        ...['vmWareInfo.morefId', 'vmWareInfo.vcenterId', 'vmWareInfo.hostId'],
        ...['portGroupId', 'portGroupName', 'virtualSwitchName', 'ipAddress', 'macAddress'].map(
          (name) => `networkInterfaceInfo.${name}`,
        ),
        ...['tag.key', 'tag.value', 'application.name', 'application.description'],
        ...['process.name', 'process.commandLine'],
      ],
      N: ['avgCpuUsagePct', 'totalDiskFreeSizeInKB', 'avgFreeRAMInKB'].map((name) => `performance.${name}`),
    });
  });

  it('of applications are those of the reference', () => {
    expect(namesBy(APPLICATION_FIELDS)).toEqual({
      E: ['configurationId', 'configurationId'],
      Cs: ['name', 'description'],
      '-s': ['serverCount', 'timeOfCreation', 'lastModifiedTime'],
    });
  });

  it('of processes and connections are those of the reference, and what we add', () => {
    expect(namesBy(PROCESS_FIELDS)).toEqual({
      E: ['configurationId', 'configurationId'],
      Cs: ['name', 'commandLine', 'hostName', 'osName', 'osVersion'],
      C: ['agentId'],
    });
    expect(
      Object.keys(CONNECTION_FIELDS).filter((name) => letterOf(CONNECTION_FIELDS[name] as never) === 'Cs'),
    ).toEqual([
      'connection.sourceIp',
      'connection.destinationIp',
      'sourceServer.hostName',
      'sourceProcess.name',
      'sourceProcess.commandLine',
      'destinationServer.hostName',
      'destinationServer.osName',
      'destinationServer.osVersion',
      'destinationProcess.name',
      'destinationprocess.commandLine',
      'destinationProcess.commandLine',
    ]);
  });

  it('name conditions that there are', () => {
    for (const fields of [SERVER_FIELDS, APPLICATION_FIELDS, PROCESS_FIELDS, CONNECTION_FIELDS] as Fields<unknown>[])
      for (const { conditions } of Object.values(fields))
        expect(Object.keys(CONDITIONS)).toEqual(expect.arrayContaining([...conditions]));
  });
});

describe('a filter', () => {
  it('is read by the kind of its values, each once', () => {
    expect(ask('name', 'CONTAINS', 'a', '', 'a')).toEqual({
      comparison: 'CONTAINS',
      isNegated: false,
      values: ['a', ''],
    });
    expect(ask('size', 'GE', '1.50', '-.5e1')?.values).toEqual([1.5, -5]);
    expect(ask('port', 'NE', '443')).toEqual({ comparison: 'EQUALS', isNegated: true, values: [443] });
  });

  it('of a name, condition or inherited member that there is not is refused', () => {
    for (const [name, condition] of [
      ['nothing', 'EQUALS'],
      ['toString', 'EQUALS'],
      ['name', 'GE'],
      ['name', 'contains'],
      ['name', 'constructor'],
    ] as const)
      expect(() => ask(name, condition, '1')).toThrow(QuestionInvalidError);
  });

  it.each([
    ['size', 'GE', ''],
    ['size', 'GE', ' 1'],
    ['size', 'GE', '0x10'],
    ['size', 'GE', 'Infinity'],
    ['size', 'GE', '1e400'],
    ['port', 'EQUALS', '1.5'],
    ['port', 'EQUALS', '9007199254740992'],
    ['kind', 'EQUALS', 'x'],
  ])('%s %s %j is a value it does not take', (name, condition, value) => {
    expect(() => ask(name, condition, value)).toThrow(QuestionValueInvalidError);
  });

  it('needs a value, and all filters together have a bound', () => {
    expect(() => ask('name', 'EQUALS')).toThrow(QuestionValueInvalidError);
    const values = Array.from({ length: FILTER_VALUES_MAX }, (_, no) => `${no}`);
    expect(ask('name', 'EQUALS', ...values)?.values).toHaveLength(FILTER_VALUES_MAX);
    expect(() => ask('name', 'EQUALS', ...values, 'one more')).toThrow(QuestionValueInvalidError);
  });
});

describe('a sort', () => {
  const sortsOf = (...orderBy: { fieldName: string; sortOrder?: 'ASC' | 'DESC' }[]) =>
    readQuestion(FIELDS, { filters: [], orderBy, limit: 1 }).sorts;

  it('ascends unless it is told to descend, and counts where it is named first', () => {
    expect(
      sortsOf(
        { fieldName: 'name' },
        { fieldName: 'port', sortOrder: 'DESC' },
        { fieldName: 'name', sortOrder: 'DESC' },
      ),
    ).toEqual([
      { source: 'a', isDescending: false },
      { source: 'c', isDescending: true },
    ]);
  });

  it('by a field that only filters is refused', () => {
    expect(() => sortsOf({ fieldName: 'size' })).toThrow(QuestionInvalidError);
    expect(() => sortsOf({ fieldName: 'valueOf' })).toThrow(QuestionInvalidError);
  });
});
