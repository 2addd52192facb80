import {
  CreateDomainCommand,
  CreateProjectCommand,
  type CreateProjectCommandInput,
  CreateProjectMembershipCommand,
  DeleteProjectCommand,
  DeleteProjectMembershipCommand,
  GetDomainCommand,
  GetProjectCommand,
  ListProjectMembershipsCommand,
  type ListProjectMembershipsCommandInput,
  ListProjectsCommand,
  type ListProjectsCommandInput,
  UpdateProjectCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DataZoneWorld, openDataZone } from './datazone-world.ts';
import { ACCOUNT, refusal } from './services-world.ts';

let world: DataZoneWorld;
let domainIdentifier: string;
beforeEach(async () => {
  world = await openDataZone();
  const domain = await world.client.send(new CreateDomainCommand({ name: 'one', domainVersion: 'V2' } as never));
  domainIdentifier = domain.id as string;
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const UNKNOWN = 'dzd-00000000000000';

async function make(name: string, more: Partial<CreateProjectCommandInput> = {}): Promise<string> {
  const made = await world.client.send(new CreateProjectCommand({ domainIdentifier, name, ...more }));
  return made.id as string;
}

const get = (identifier: string) => world.client.send(new GetProjectCommand({ domainIdentifier, identifier }));
const list = (more: Partial<ListProjectsCommandInput> = {}) =>
  world.client.send(new ListProjectsCommand({ domainIdentifier, ...more }));
const idsOf = async (more: Partial<ListProjectsCommandInput>) => (await list(more)).items?.map((item) => item.id);
const members = (projectIdentifier: string, more: Partial<ListProjectMembershipsCommandInput> = {}) =>
  world.client.send(new ListProjectMembershipsCommand({ domainIdentifier, projectIdentifier, ...more }));

test('what a project is made with is told of it', async () => {
  const unit = (await world.client.send(new GetDomainCommand({ identifier: domainIdentifier }))).rootDomainUnitId;
  const given = {
    name: 'Sales and more',
    description: 'what we sell',
    glossaryTerms: ['term1'],
    domainUnitId: unit,
    projectProfileId: 'profile1',
    projectCategory: 'ADMIN',
    userParameters: [
      { environmentConfigurationName: 'Lakehouse', environmentParameters: [{ name: 'glueDbName', value: 'sales' }] },
    ],
  };
  const command = new CreateProjectCommand({
    ...given,
    domainIdentifier,
    resourceTags: { team: 'sales' },
    projectExecutionRole: `arn:aws:iam::${ACCOUNT}:role/execution`,
  });
  const made = await world.client.send(command);
  const expected = {
    ...given,
    domainId: domainIdentifier,
    projectStatus: 'ACTIVE',
    createdBy: expect.stringMatching(/^[0-9a-f-]{36}$/),
    createdAt: new Date(world.clock.nowMs()),
    lastUpdatedAt: new Date(world.clock.nowMs()),
    resourceTags: [{ key: 'team', value: 'sales', source: 'PROJECT' }],
  };
  expect(made).toMatchObject({ ...expected, $metadata: { httpStatusCode: 201 } });
  expect(await get(made.id as string)).toMatchObject(expected);
});

test('an update changes what it says, and nothing else', async () => {
  const id = await make('one', { description: 'old', resourceTags: { a: '1' } });
  world.clock.advance(1000);
  const update = (more: object) =>
    world.client.send(new UpdateProjectCommand({ domainIdentifier, identifier: id, ...more }));
  expect(await update({ name: 'uno', glossaryTerms: ['term1'] })).toMatchObject({
    id,
    name: 'uno',
    description: 'old',
    glossaryTerms: ['term1'],
    resourceTags: [{ key: 'a', value: '1' }],
    lastUpdatedAt: new Date(world.clock.nowMs()),
  });
  const more = {
    description: 'new',
    userParameters: [{ environmentConfigurationName: 'Lakehouse' }],
    environmentDeploymentDetails: { overallDeploymentStatus: 'SUCCESSFUL' },
  };
  await update({ ...more, resourceTags: { b: '2' } });
  expect(await get(id)).toMatchObject({ ...more, name: 'uno', resourceTags: [{ key: 'b', value: '2' }] });
  expect(await refusal(update({ projectProfileVersion: 'latest' }))).toMatchObject({
    name: 'ValidationException',
    message: 'projectProfileVersion is not supported: project profiles have no versions here.',
  });
  expect((await refusal(update({ domainUnitId: 'another' }))).message).toContain('The given DomainUnit');
});

test('a domain has one unit, and 25 resource tags are allowed', async () => {
  expect(await refusal(make('one', { domainUnitId: 'another' }))).toMatchObject({
    name: 'ResourceNotFoundException',
    message: expect.stringContaining('The given DomainUnit'),
  });
  const tags = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, no) => [`k${no}`, 'v']));
  await make('one', { resourceTags: tags(25) });
  expect((await refusal(make('two', { resourceTags: tags(26) }))).name).toBe('ValidationException');
});

test('projects are listed newest first, 50 at once', async () => {
  const ids: string[] = [];
  for (let index = 0; index < 51; index += 1) {
    ids.unshift(await make(`project ${index}`));
    world.clock.advance(1);
  }
  const first = await list();
  expect(first.items?.map((item) => item.id)).toEqual(ids.slice(0, 50));
  expect(first.items?.[0]).toMatchObject({ name: 'project 50', projectStatus: 'ACTIVE', domainId: domainIdentifier });
  expect(await idsOf({ nextToken: first.nextToken })).toEqual(ids.slice(50));
  expect((await refusal(list({ nextToken: first.nextToken, name: 'project 1' }))).name).toBe('ValidationException');
  expect((await refusal(list({ maxResults: 51 }))).name).toBe('ValidationException');
});

test('projects are listed by name, category, user and group', async () => {
  const one = await make('one', { projectCategory: 'ADMIN' });
  const two = await make('two', {
    membershipAssignments: [
      { member: { userIdentifier: 'ann' }, designation: 'PROJECT_CONTRIBUTOR' },
      { member: { groupIdentifier: 'ops' }, designation: 'PROJECT_OWNER' },
    ],
  });
  world.clock.advance(1);
  const three = await make('two', {
    membershipAssignments: [{ member: { groupIdentifier: 'ops' }, designation: 'PROJECT_CATALOG_VIEWER' }],
  });
  expect(await idsOf({ name: 'two' })).toEqual([three, two]);
  expect(await idsOf({ name: 'tw' })).toEqual([]);
  expect(await idsOf({ projectCategory: 'ADMIN' })).toEqual([one]);
  expect(await idsOf({ userIdentifier: 'ann' })).toEqual([two]);
  expect(await idsOf({ groupIdentifier: 'ops' })).toEqual([three, two]);
  expect(await idsOf({ groupIdentifier: 'ops', userIdentifier: 'ann' })).toEqual([two]);
  expect(await idsOf({ groupIdentifier: 'ann' })).toEqual([]);
  const mine = { userIdentifier: `arn:aws:iam::${ACCOUNT}:root` };
  expect(await idsOf({ ...mine, name: 'one' })).toEqual([one]);
});

test('whoever makes a project owns it, and members are told with what they are', async () => {
  const id = await make('one');
  const owner = (await get(id)).createdBy as string;
  expect((await members(id)).members).toEqual([
    { memberDetails: { user: { userId: owner } }, designation: 'PROJECT_OWNER' },
  ]);
  world.clock.advance(1);
  const join = (member: object, designation: string) =>
    world.client.send(
      new CreateProjectMembershipCommand({ domainIdentifier, projectIdentifier: id, member, designation } as never),
    );
  const joined = await join({ groupIdentifier: 'ops' }, 'PROJECT_CATALOG_STEWARD');
  expect(joined.$metadata.httpStatusCode).toBe(201);
  await join({ userIdentifier: 'ops' }, 'PROJECT_CATALOG_CONSUMER');
  expect((await members(id)).members?.map(({ memberDetails }) => memberDetails)).toEqual([
    { group: { groupId: 'ops' } },
    { user: { userId: 'ops' } },
    { user: { userId: owner } },
  ]);
  expect(await refusal(join({ groupIdentifier: 'ops' }, 'PROJECT_OWNER'))).toEqual({
    name: 'ValidationException',
    message: `'ops' is a member of project '${id}' already.`,
    status: 400,
  });
  expect((await refusal(join({ groupIdentifier: '' }, 'PROJECT_OWNER'))).name).toBe('ValidationException');
  const root = { userIdentifier: `arn:aws:iam::${ACCOUNT}:root` };
  expect((await refusal(join(root, 'PROJECT_CONTRIBUTOR'))).message).toContain(owner);

  const leave = (member: object) =>
    world.client.send(new DeleteProjectMembershipCommand({ domainIdentifier, projectIdentifier: id, member } as never));
  expect((await leave({ groupIdentifier: 'ops' })).$metadata.httpStatusCode).toBe(204);
  expect(await refusal(leave({ groupIdentifier: 'ops' }))).toEqual({
    name: 'ResourceNotFoundException',
    message: "The given ProjectMembership doesn't exist. Try creating ProjectMembership before accessing it.",
    status: 404,
  });
  expect((await members(id)).members).toHaveLength(2);
});

test('a member that is named twice for a new project is refused', async () => {
  const twice = { member: { userIdentifier: 'ann' }, designation: 'PROJECT_OWNER' } as const;
  expect((await refusal(make('one', { membershipAssignments: [twice, twice] }))).message).toBe(
    "'ann' is named twice among the members.",
  );
  expect((await list()).items).toEqual([]);
});

test('members come newest first, or by name in either direction, by page', async () => {
  const id = await make('one');
  const owner = (await get(id)).createdBy as string;
  const names = ['m', 'z', '~a'];
  for (const userIdentifier of names) {
    world.clock.advance(1);
    const joining = { projectIdentifier: id, member: { userIdentifier }, designation: 'PROJECT_CONTRIBUTOR' } as const;
    await world.client.send(new CreateProjectMembershipCommand({ domainIdentifier, ...joining }));
  }
  const all = async (more: Partial<ListProjectMembershipsCommandInput>) => {
    const found: (string | undefined)[] = [];
    let nextToken: string | undefined;
    do {
      const page = await members(id, { ...more, maxResults: 1, nextToken });
      found.push(...(page.members ?? []).map(({ memberDetails }) => memberDetails?.user?.userId));
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
    return found;
  };
  expect(await all({})).toEqual(['~a', 'z', 'm', owner]);
  const byName = [...names, owner].sort();
  expect(await all({ sortBy: 'NAME' })).toEqual(byName);
  expect(await all({ sortOrder: 'ASCENDING' })).toEqual(byName);
  expect(await all({ sortBy: 'NAME', sortOrder: 'DESCENDING' })).toEqual(byName.reverse());
});

test('an empty project is DELETING with 204, and then gone', async () => {
  const id = await make('one');
  const remove = () => world.client.send(new DeleteProjectCommand({ domainIdentifier, identifier: id }));
  expect((await remove()).$metadata.httpStatusCode).toBe(204);
  expect((await get(id)).projectStatus).toBe('DELETING');
  await remove();
  const update = new UpdateProjectCommand({ domainIdentifier, identifier: id, name: 'two' });
  expect(await refusal(world.client.send(update))).toMatchObject({
    name: 'ConflictException',
    message: `Project '${id}' is in status DELETING; it has to be ACTIVE.`,
  });
  await world.settle();
  expect((await refusal(get(id))).message).toContain('The given Project');
  expect((await refusal(remove())).status).toBe(404);
});

test('projects of an unknown domain are denied to a list, and missing to everything else', async () => {
  const id = await make('one');
  const of = { domainIdentifier: UNKNOWN, identifier: id, projectIdentifier: id };
  expect(await refusal(world.client.send(new ListProjectsCommand(of)))).toMatchObject({
    name: 'AccessDeniedException',
    status: 403,
  });
  const member = { userIdentifier: 'ann' };
  const calls = [
    () => world.client.send(new CreateProjectCommand({ ...of, name: 'x' })),
    () => world.client.send(new GetProjectCommand(of)),
    () => world.client.send(new UpdateProjectCommand(of)),
    () => world.client.send(new DeleteProjectCommand(of)),
    () => world.client.send(new ListProjectMembershipsCommand(of)),
    () => world.client.send(new CreateProjectMembershipCommand({ ...of, member, designation: 'PROJECT_OWNER' })),
    () => world.client.send(new DeleteProjectMembershipCommand({ ...of, member })),
  ];
  for (const call of calls) expect((await refusal(call())).message).toContain('The given Domain ');
  const none = { domainIdentifier, identifier: 'none', projectIdentifier: 'none' };
  const missing = [
    () => world.client.send(new UpdateProjectCommand(none)),
    () => world.client.send(new ListProjectMembershipsCommand(none)),
    () => world.client.send(new CreateProjectMembershipCommand({ ...none, member, designation: 'PROJECT_OWNER' })),
    () => world.client.send(new DeleteProjectMembershipCommand({ ...none, member })),
  ];
  for (const call of missing) expect((await refusal(call())).message).toContain('The given Project ');
});
