import {
  CreateAssetCommand,
  CreateAssetTypeCommand,
  type CreateAssetTypeCommandInput,
  CreateFormTypeCommand,
  type CreateFormTypeCommandInput,
  DeleteAssetCommand,
  DeleteAssetTypeCommand,
  DeleteFormTypeCommand,
  GetAssetTypeCommand,
  GetFormTypeCommand,
  SearchTypesCommand,
  type SearchTypesCommandInput,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type DataZoneWorld, makeProject, openDataZone } from './datazone-world.ts';
import { refusal } from './services-world.ts';

const SMITHY =
  'structure TrainingForm {\n  @required\n  @amazon.datazone#searchable\n  model: String\n  rounds: Integer\n}';

let world: DataZoneWorld;
let domainIdentifier: string;
let owningProjectIdentifier: string;
beforeEach(async () => {
  world = await openDataZone();
  const place = await makeProject(world.client);
  domainIdentifier = place.domainIdentifier;
  owningProjectIdentifier = place.projectIdentifier;
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const makeForm = (changes: Partial<CreateFormTypeCommandInput> = {}) =>
  world.client.send(
    new CreateFormTypeCommand({
      domainIdentifier,
      owningProjectIdentifier,
      name: 'TrainingForm',
      model: { smithy: SMITHY },
      ...changes,
    }),
  );

const makeType = (changes: Partial<CreateAssetTypeCommandInput> = {}) =>
  world.client.send(
    new CreateAssetTypeCommand({
      domainIdentifier,
      owningProjectIdentifier,
      name: 'TrainedModel',
      formsInput: { Training: { typeIdentifier: 'TrainingForm', typeRevision: '1', required: true } },
      ...changes,
    }),
  );

const find = async (input: Omit<SearchTypesCommandInput, 'domainIdentifier'>) => {
  const answer = await world.client.send(new SearchTypesCommand({ domainIdentifier, ...input }));
  const names = answer.items?.map(
    (item) => item.assetTypeItem?.name ?? item.formTypeItem?.name ?? item.lineageNodeTypeItem?.name,
  );
  return { ...answer, names };
};

test('a form type comes back with its model and where it is from', async () => {
  const made = await makeForm({ description: 'how it was trained' });
  expect(made).toMatchObject({
    name: 'TrainingForm',
    revision: '1',
    domainId: domainIdentifier,
    owningProjectId: owningProjectIdentifier,
    originDomainId: domainIdentifier,
    description: 'how it was trained',
  });
  expect(made.$metadata.httpStatusCode).toBe(201);
  const seen = await world.client.send(
    new GetFormTypeCommand({ domainIdentifier, formTypeIdentifier: `${domainIdentifier}.TrainingForm` }),
  );
  expect(seen).toMatchObject({ name: 'TrainingForm', status: 'ENABLED', model: { smithy: SMITHY } });
  expect(seen.createdAt).toEqual(new Date(world.clock.nowMs()));
});

test('a model that cannot be read is refused with its line', async () => {
  expect(await refusal(makeForm({ model: { smithy: 'structure TrainingForm {\n  model: Strin\n}' } }))).toEqual({
    name: 'ValidationException',
    message: 'The model of form type TrainingForm is wrong in line 2: the shape Strin is not defined.',
    status: 400,
  });
});

test('an asset type has the forms it was given, and the details that every asset has', async () => {
  await makeForm();
  const made = await makeType();
  expect(made).toMatchObject({
    name: 'TrainedModel',
    revision: '1',
    formsOutput: {
      Training: { typeName: 'TrainingForm', typeRevision: '1', required: true },
      AssetCommonDetailsForm: {
        typeName: 'amazon.datazone.AssetCommonDetailsFormType',
        typeRevision: '8',
        required: false,
      },
    },
  });
  const { $metadata, ...rest } = await world.client.send(
    new GetAssetTypeCommand({ domainIdentifier, identifier: 'TrainedModel', revision: '1' }),
  );
  expect(made).toMatchObject(rest);
});

test('names are taken once, and those of the service never', async () => {
  await makeForm();
  await makeType();
  expect(await refusal(makeForm())).toMatchObject({ name: 'ConflictException', status: 409 });
  expect(await refusal(makeType())).toMatchObject({ name: 'ConflictException', status: 409 });
  const reserved = { name: 'amazon.datazone.TrainingForm' };
  expect(await refusal(makeForm(reserved))).toMatchObject({ name: 'ValidationException' });
  expect(await refusal(makeType(reserved))).toMatchObject({ name: 'ValidationException' });
  expect(await refusal(makeType({ name: 'a name with spaces' }))).toMatchObject({ name: 'ValidationException' });
});

test('what is missing is denied where the model has no word for it, and said where it has', async () => {
  const unknown = 'dzd-00000000000000';
  expect(await refusal(makeForm({ domainIdentifier: unknown }))).toMatchObject({
    name: 'AccessDeniedException',
    status: 403,
  });
  expect(await refusal(makeForm({ owningProjectIdentifier: 'nobody' }))).toMatchObject({
    name: 'AccessDeniedException',
  });
  expect(await refusal(makeType())).toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining('FormType'),
  });
  expect(
    await refusal(world.client.send(new GetFormTypeCommand({ domainIdentifier, formTypeIdentifier: 'TrainingForm' }))),
  ).toEqual({
    name: 'ResourceNotFoundException',
    message: "The given FormType doesn't exist. Try creating FormType before accessing it.",
    status: 404,
  });
  expect(
    await refusal(world.client.send(new GetAssetTypeCommand({ domainIdentifier, identifier: 'TrainedModel' }))),
  ).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  await makeForm();
  expect(
    await refusal(
      world.client.send(
        new GetFormTypeCommand({ domainIdentifier, formTypeIdentifier: 'TrainingForm', revision: '2' }),
      ),
    ),
  ).toMatchObject({ name: 'ResourceNotFoundException' });
});

test('types are deleted when nothing is made of them, and those of the service never', async () => {
  await makeForm();
  await makeType();
  const asset = await world.client.send(
    new CreateAssetCommand({
      domainIdentifier,
      owningProjectIdentifier,
      name: 'a model',
      typeIdentifier: 'TrainedModel',
      formsInput: [{ formName: 'Training', content: '{"model":"m"}' }],
    }),
  );
  const deleteForm = (formTypeIdentifier = 'TrainingForm') =>
    world.client.send(new DeleteFormTypeCommand({ domainIdentifier, formTypeIdentifier }));
  const deleteType = (identifier = 'TrainedModel') =>
    world.client.send(new DeleteAssetTypeCommand({ domainIdentifier, identifier }));
  expect(await refusal(deleteForm())).toMatchObject({ name: 'ConflictException', status: 409 });
  expect(await refusal(deleteType())).toMatchObject({ name: 'ConflictException', status: 409 });
  await world.client.send(new DeleteAssetCommand({ domainIdentifier, identifier: asset.id as string }));
  expect((await deleteType()).$metadata.httpStatusCode).toBe(204);
  expect((await deleteForm()).$metadata.httpStatusCode).toBe(204);
  expect(await refusal(deleteForm())).toMatchObject({ name: 'ResourceNotFoundException' });
  expect(await refusal(deleteForm('amazon.datazone.GlueTableFormType'))).toMatchObject({
    name: 'AccessDeniedException',
  });
  expect(await refusal(deleteType('amazon.datazone.GlueTableAssetType'))).toMatchObject({
    name: 'AccessDeniedException',
  });
});

test('a form type that is disabled is none for new assets', async () => {
  await makeForm({ status: 'DISABLED' });
  expect(await refusal(makeType())).toMatchObject({ name: 'AccessDeniedException' });
});

test('managed types are those of the service, in their one revision', async () => {
  expect(await find({ searchScope: 'ASSET_TYPE', managed: true })).toMatchObject({
    names: ['amazon.datazone.GlueTableAssetType'],
    totalMatchCount: 1,
    items: [
      {
        assetTypeItem: {
          revision: '19',
          originDomainId: 'dzd_amazon_datazone_domain',
          originProjectId: 'dzd_amazon_datazone_domain_project',
          createdBy: 'SYSTEM',
          formsOutput: { GlueTableForm: { typeName: 'amazon.datazone.GlueTableFormType', required: true } },
        },
      },
    ],
  });
  expect((await find({ searchScope: 'FORM_TYPE', managed: true })).totalMatchCount).toBe(6);
  expect((await find({ searchScope: 'LINEAGE_NODE_TYPE', managed: true })).names).toEqual([
    'amazon.datazone.DatasetLineageNodeType',
    'amazon.datazone.JobLineageNodeType',
    'amazon.datazone.JobRunLineageNodeType',
  ]);
  const form = await world.client.send(
    new GetFormTypeCommand({ domainIdentifier, formTypeIdentifier: 'amazon.datazone.GlueTableFormType' }),
  );
  expect(form.model?.smithy).toContain('structure GlueTableFormType');
});

test('types of people are found by word, filter, order and page', async () => {
  const names = ['AlphaForm', 'BetaForm', 'GammaForm'];
  for (const name of names) {
    await makeForm({ name, description: name === 'BetaForm' ? 'second of its kind' : undefined });
    world.clock.advance(1000);
  }
  const forms = { searchScope: 'FORM_TYPE', managed: false } as const;
  expect((await find(forms)).names).toEqual([...names].reverse());
  expect((await find({ ...forms, searchText: 'beta' })).names).toEqual(['BetaForm']);
  expect((await find({ ...forms, searchText: 'SECOND kind' })).names).toEqual(['BetaForm']);
  expect((await find({ ...forms, searchText: 'second', searchIn: [{ attribute: 'name' }] })).names).toEqual([]);
  expect((await find({ ...forms, filters: { filter: { attribute: 'name', value: 'GammaForm' } } })).names).toEqual([
    'GammaForm',
  ]);
  const later = {
    filter: { attribute: 'creationTime', intValue: world.clock.nowMs() - 2000, operator: 'GE' },
  } as const;
  expect((await find({ ...forms, filters: later })).names).toEqual(['GammaForm', 'BetaForm']);
  const sort = { attribute: 'name', order: 'ASCENDING' } as const;
  const first = await find({ ...forms, sort, maxResults: 2 });
  expect(first).toMatchObject({ names: ['AlphaForm', 'BetaForm'], totalMatchCount: 3 });
  const second = await find({ ...forms, sort, maxResults: 2, nextToken: first.nextToken });
  expect(second.names).toEqual(['GammaForm']);
  expect(second.nextToken).toBeUndefined();
  expect(await refusal(find({ ...forms, nextToken: first.nextToken }))).toMatchObject({ name: 'ValidationException' });
});
