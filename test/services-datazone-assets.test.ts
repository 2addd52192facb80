import {
  AcceptPredictionsCommand,
  CreateAssetCommand,
  type CreateAssetCommandInput,
  CreateAssetRevisionCommand,
  type CreateAssetRevisionCommandInput,
  CreateFormTypeCommand,
  CreateListingChangeSetCommand,
  DeleteAssetCommand,
  GetAssetCommand,
  ListAssetRevisionsCommand,
  RejectPredictionsCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { activities, type Place, readySource, run } from './datazone-runs.ts';
import { type DataZoneWorld, makeProject, openDataZone, putDatabase } from './datazone-world.ts';
import { refusal } from './services-world.ts';

const GLUE = 'amazon.datazone.GlueTableAssetType';
const GLUE_FORM = {
  formName: 'GlueTableForm',
  typeIdentifier: 'amazon.datazone.GlueTableFormType',
  content: '{"tableName":"orders"}',
};

let world: DataZoneWorld;
let place: Place;
beforeEach(async () => {
  world = await openDataZone();
  place = await makeProject(world.client);
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const create = (changes: Partial<CreateAssetCommandInput> = {}) =>
  world.client.send(
    new CreateAssetCommand({
      domainIdentifier: place.domainIdentifier,
      owningProjectIdentifier: place.projectIdentifier,
      name: 'orders',
      typeIdentifier: GLUE,
      formsInput: [GLUE_FORM],
      ...changes,
    }),
  );

const revise = (identifier: string, changes: Partial<CreateAssetRevisionCommandInput> = {}) =>
  world.client.send(
    new CreateAssetRevisionCommand({
      domainIdentifier: place.domainIdentifier,
      identifier,
      name: 'orders, revised',
      formsInput: [GLUE_FORM],
      ...changes,
    }),
  );

const get = (identifier: string, revision?: string) =>
  world.client.send(new GetAssetCommand({ domainIdentifier: place.domainIdentifier, identifier, revision }));

const remove = (identifier: string) =>
  world.client.send(new DeleteAssetCommand({ domainIdentifier: place.domainIdentifier, identifier }));

test('an asset made by hand has what was said of it', async () => {
  const made = await create({
    description: 'what people order',
    externalIdentifier: 'arn:aws:glue:us-west-2:123456789012:table/sales/orders',
    glossaryTerms: ['term1'],
    predictionConfiguration: { businessNameGeneration: { enabled: false } },
  });
  expect(made.$metadata.httpStatusCode).toBe(201);
  expect(made).toMatchObject({
    domainId: place.domainIdentifier,
    owningProjectId: place.projectIdentifier,
    name: 'orders',
    typeIdentifier: GLUE,
    typeRevision: '19',
    revision: '1',
    description: 'what people order',
    glossaryTerms: ['term1'],
    readOnlyFormsOutput: [],
    latestTimeSeriesDataPointFormsOutput: [],
    predictionConfiguration: { businessNameGeneration: { enabled: false } },
    formsOutput: [
      {
        formName: 'GlueTableForm',
        typeName: 'amazon.datazone.GlueTableFormType',
        typeRevision: '13',
        content: '{"tableName":"orders"}',
      },
    ],
  });
  const { $metadata, predictionConfiguration, ...rest } = made;
  expect(await get(made.id as string)).toMatchObject(rest);
  expect((await get(`externalIdentifier/${made.externalIdentifier}`)).id).toBe(made.id);
});

test('a revision replaces all that was said, and the one before stays', async () => {
  const { id = '' } = await create({ description: 'old', glossaryTerms: ['term1'] });
  world.clock.advance(5000);
  const revised = await revise(id);
  expect(revised.$metadata.httpStatusCode).toBe(200);
  expect(revised).toMatchObject({ id, revision: '2', name: 'orders, revised', glossaryTerms: [] });
  expect(revised.description).toBeUndefined();
  expect(revised.firstRevisionCreatedAt).toEqual(new Date((revised.createdAt?.getTime() ?? 0) - 5000));
  expect(await get(id)).toMatchObject({ revision: '2' });
  expect(await get(id, '1')).toMatchObject({ revision: '1', name: 'orders', description: 'old' });
  expect(await refusal(get(id, '3'))).toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await refusal(get(id, 'latest'))).toMatchObject({ name: 'ResourceNotFoundException' });
});

test('revisions are listed newest first, by page', async () => {
  const { id = '' } = await create();
  for (let index = 0; index < 4; index += 1) await revise(id);
  const list = (nextToken?: string) =>
    world.client.send(
      new ListAssetRevisionsCommand({
        domainIdentifier: place.domainIdentifier,
        identifier: id,
        maxResults: 2,
        nextToken,
      }),
    );
  const seen: (string | undefined)[] = [];
  for (let page = await list(); ; page = await list(page.nextToken)) {
    seen.push(...(page.items ?? []).map((item) => item.revision));
    if (page.nextToken === undefined) break;
  }
  expect(seen).toEqual(['5', '4', '3', '2', '1']);
});

test('the same token makes an asset and a revision once', async () => {
  const first = await create({ clientToken: 'once' });
  expect((await create({ clientToken: 'once' })).id).toBe(first.id);
  expect(await refusal(create({ clientToken: 'once', name: 'other' }))).toMatchObject({ name: 'ConflictException' });
  await revise(first.id as string, { clientToken: 'again' });
  expect((await revise(first.id as string, { clientToken: 'again' })).revision).toBe('2');
});

test.each<[string, Partial<CreateAssetCommandInput>, object]>([
  [
    'a type that is not there',
    { typeIdentifier: 'NoSuchType' },
    {
      name: 'ResourceNotFoundException',
      message:
        "The given Asset's input resource doesn't exist. Try creating Asset's input resource before accessing it.",
      status: 404,
    },
  ],
  ['a revision of its type that is not there', { typeRevision: '18' }, { name: 'ResourceNotFoundException' }],
  ['a project that is not there', { owningProjectIdentifier: 'nobody' }, { name: 'ResourceNotFoundException' }],
  [
    'a form revision that is not there',
    { formsInput: [{ ...GLUE_FORM, typeRevision: '12' }] },
    {
      name: 'ValidationException',
      message:
        'Form GlueTableForm expected form amazon.datazone#GlueTableFormType@13 but was provided amazon.datazone#GlueTableFormType@12',
    },
  ],
  [
    'a form of another type',
    { formsInput: [{ ...GLUE_FORM, typeIdentifier: 'amazon.datazone.SuggestionFormType' }] },
    {
      name: 'ValidationException',
      message:
        'Form GlueTableForm expected form amazon.datazone#GlueTableFormType@13 but was provided amazon.datazone#SuggestionFormType@3',
    },
  ],
  [
    'no required form',
    { formsInput: [] },
    {
      name: 'ValidationException',
      message: `Form GlueTableForm is required by the asset type ${GLUE} and was not provided.`,
    },
  ],
  ['a form twice', { formsInput: [GLUE_FORM, GLUE_FORM] }, { message: 'Form GlueTableForm is given twice.' }],
  [
    'a content that is no object',
    { formsInput: [{ ...GLUE_FORM, content: '[]' }] },
    { message: 'The content of form GlueTableForm is not a JSON object.' },
  ],
  [
    'a content without what it needs',
    { formsInput: [{ ...GLUE_FORM, content: '{}' }] },
    { message: 'The content of form GlueTableForm does not fit its type: tableName is required.' },
  ],
  [
    'a content that never ends',
    { formsInput: [{ ...GLUE_FORM, content: `{"more":${'['.repeat(65)}${']'.repeat(65)}}` }] },
    { message: 'The content of form GlueTableForm is nested deeper than 64 levels.' },
  ],
  [
    'a form that nobody knows, of no type',
    { formsInput: [GLUE_FORM, { formName: 'Own', content: '{}' }] },
    { message: 'Form Own has no typeIdentifier.' },
  ],
])('an asset with %s is refused', async (_, changes, expected) => {
  expect(await refusal(create(changes))).toMatchObject(expected);
});

test('a form as deep as allowed, and one of the type without its name said, are taken', async () => {
  const deep = `{"tableName":"t","more":${'['.repeat(63)}${']'.repeat(63)}}`;
  const made = await create({ formsInput: [{ formName: 'GlueTableForm', content: deep }] });
  expect(made.formsOutput?.[0]).toMatchObject({ typeName: 'amazon.datazone.GlueTableFormType', content: deep });
});

test('assets may have forms that their type does not name', async () => {
  const { domainIdentifier } = place;
  await world.client.send(
    new CreateFormTypeCommand({
      domainIdentifier,
      owningProjectIdentifier: place.projectIdentifier,
      name: 'Cost',
      model: { smithy: 'structure Cost { @required center: String }' },
    }),
  );
  const cost = (content: string) => [GLUE_FORM, { formName: 'CostForm', typeIdentifier: 'Cost', content }];
  const made = await create({ formsInput: cost('{"center":"a"}') });
  expect(made.formsOutput?.[1]).toEqual({
    formName: 'CostForm',
    typeName: 'Cost',
    typeRevision: '1',
    content: '{"center":"a"}',
  });
  expect(await refusal(create({ formsInput: cost('{"center":"a","more":1}') }))).toMatchObject({
    message: 'The content of form CostForm does not fit its type: more is not a field of the form.',
  });
});

test('an external identifier is taken once a domain', async () => {
  const { id } = await create({ externalIdentifier: 'one' });
  expect(await refusal(create({ externalIdentifier: 'one' }))).toMatchObject({
    name: 'ConflictException',
    message: `Asset '${id}' has the external identifier one already.`,
  });
});

test('an asset goes with its revisions, but not while it is listed', async () => {
  const { id = '' } = await create();
  const change = (action: 'PUBLISH' | 'UNPUBLISH') =>
    world.client.send(
      new CreateListingChangeSetCommand({ ...place, entityIdentifier: id, entityType: 'ASSET', action }),
    );
  await change('PUBLISH');
  expect(await refusal(remove(id))).toMatchObject({ name: 'ConflictException', status: 409 });
  await change('UNPUBLISH');
  expect((await remove(id)).$metadata.httpStatusCode).toBe(204);
  expect(await refusal(get(id))).toEqual({
    name: 'ResourceNotFoundException',
    message: "The given Asset doesn't exist. Try creating Asset before accessing it.",
    status: 404,
  });
  expect(await refusal(remove(id))).toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await refusal(revise(id))).toMatchObject({ name: 'ResourceNotFoundException' });
});

test('what people wrote survives the next run', async () => {
  await putDatabase(world.state, 'sales', ['orders']);
  const source = await readySource(world, place);
  const [activity] = await activities(world, place, (await run(world, place, source)).id);
  const imported = await get(activity?.dataAssetId as string);
  const forms = (imported.formsOutput ?? []).map(({ typeName, ...form }) => ({
    ...form,
    formName: form.formName as string,
    typeIdentifier: typeName,
  }));
  await revise(imported.id as string, { name: 'Orders of our shops', glossaryTerms: ['term1'], formsInput: forms });
  await run(world, place, source);
  expect(await get(imported.id as string)).toMatchObject({
    revision: '2',
    name: 'Orders of our shops',
    glossaryTerms: ['term1'],
  });
});

test('there are no predictions to accept or to reject', async () => {
  const { id = '' } = await create();
  const input = { domainIdentifier: place.domainIdentifier, identifier: id };
  const none = {
    name: 'ValidationException',
    message: 'The given Asset has no predictions to accept or reject.',
    status: 400,
  };
  expect(
    await refusal(world.client.send(new AcceptPredictionsCommand({ ...input, acceptRule: { rule: 'ALL' } }))),
  ).toEqual(none);
  expect(
    await refusal(world.client.send(new RejectPredictionsCommand({ ...input, rejectRule: { rule: 'ALL' } }))),
  ).toEqual(none);
  expect(
    await refusal(world.client.send(new AcceptPredictionsCommand({ ...input, identifier: 'none' }))),
  ).toMatchObject({ name: 'ResourceNotFoundException' });
});
