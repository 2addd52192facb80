import {
  type ChangeAction,
  CreateAssetCommand,
  CreateAssetRevisionCommand,
  CreateAssetTypeCommand,
  CreateFormTypeCommand,
  CreateListingChangeSetCommand,
  type CreateListingChangeSetCommandInput,
  DeleteListingCommand,
  GetAssetCommand,
  GetListingCommand,
  SearchListingsCommand,
} from '@aws-sdk/client-datazone';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { activities, type Place, readySource, run } from './datazone-runs.ts';
import { type DataZoneWorld, makeProject, openDataZone, putDatabase } from './datazone-world.ts';
import { refusal } from './services-world.ts';

const FORM = {
  formName: 'GlueTableForm',
  typeIdentifier: 'amazon.datazone.GlueTableFormType',
  content: '{"tableName":"orders","databaseName":"sales"}',
};

let world: DataZoneWorld;
let place: Place;
let assetId: string;
beforeEach(async () => {
  world = await openDataZone();
  place = await makeProject(world.client);
  const made = await world.client.send(
    new CreateAssetCommand({
      domainIdentifier: place.domainIdentifier,
      owningProjectIdentifier: place.projectIdentifier,
      name: `orders ${'of all our shops '.repeat(5)}`,
      description: 'what people order',
      typeIdentifier: 'amazon.datazone.GlueTableAssetType',
      glossaryTerms: ['term1'],
      formsInput: [FORM],
    }),
  );
  assetId = made.id as string;
});
afterEach(async () => {
  expect(world.internalErrors).toEqual([]);
  await world[Symbol.asyncDispose]();
});

const change = (action: ChangeAction, changes: Partial<CreateListingChangeSetCommandInput> = {}) =>
  world.client.send(
    new CreateListingChangeSetCommand({
      domainIdentifier: place.domainIdentifier,
      entityIdentifier: assetId,
      entityType: 'ASSET',
      action,
      ...changes,
    }),
  );

const getListing = (identifier: string | undefined, listingRevision?: string) =>
  world.client.send(new GetListingCommand({ domainIdentifier: place.domainIdentifier, identifier, listingRevision }));

const listed = async () =>
  (await world.client.send(new SearchListingsCommand({ domainIdentifier: place.domainIdentifier }))).items?.map(
    (item) => item.assetListing,
  );

const revise = () =>
  world.client.send(
    new CreateAssetRevisionCommand({
      domainIdentifier: place.domainIdentifier,
      identifier: assetId,
      name: 'revised',
      formsInput: [FORM],
    }),
  );

test('a published asset is a listing at once', async () => {
  const answer = await change('PUBLISH');
  expect(answer).toMatchObject({ listingRevision: '1', status: 'ACTIVE', $metadata: { httpStatusCode: 200 } });
  const listing = await getListing(answer.listingId);
  expect(listing).toMatchObject({
    id: answer.listingId,
    domainId: place.domainIdentifier,
    listingRevision: '1',
    status: 'ACTIVE',
    description: 'what people order',
    item: {
      assetListing: {
        assetId,
        assetRevision: '1',
        assetType: 'amazon.datazone.GlueTableAssetType',
        glossaryTerms: [{ name: 'term1' }],
        owningProjectId: place.projectIdentifier,
      },
    },
  });
  expect(listing.name).toHaveLength(64);
  expect(listing.createdAt).toEqual(new Date(world.clock.nowMs()));
  expect(JSON.parse(listing.item?.assetListing?.forms ?? '')).toEqual({
    GlueTableForm: { tableName: 'orders', databaseName: 'sales' },
  });
  const asset = await world.client.send(
    new GetAssetCommand({ domainIdentifier: place.domainIdentifier, identifier: assetId }),
  );
  expect(asset.listing).toEqual({ listingId: answer.listingId, listingStatus: 'ACTIVE' });
  expect(await listed()).toMatchObject([
    { listingId: answer.listingId, entityId: assetId, entityRevision: '1', entityType: 'GlueTableAssetType' },
  ]);
});

test('publishing again is a revision of the same listing, of the newest revision unless one is named', async () => {
  const { listingId } = await change('PUBLISH');
  await revise();
  expect(await getListing(listingId)).toMatchObject({ listingRevision: '1' });
  world.clock.advance(1000);
  expect(await change('PUBLISH')).toMatchObject({ listingId, listingRevision: '2' });
  expect(await getListing(listingId)).toMatchObject({
    name: 'revised',
    item: { assetListing: { assetRevision: '2' } },
    createdAt: new Date(world.clock.nowMs() - 1000),
    updatedAt: new Date(world.clock.nowMs()),
  });
  expect(await change('PUBLISH', { entityRevision: '1' })).toMatchObject({ listingId, listingRevision: '3' });
  expect(await getListing(listingId)).toMatchObject({ item: { assetListing: { assetRevision: '1' } } });
  expect(await getListing(listingId, '2')).toMatchObject({ listingRevision: '2', name: 'revised' });
  expect(await refusal(getListing(listingId, '4'))).toMatchObject({ name: 'ResourceNotFoundException', status: 404 });
  expect(await listed()).toHaveLength(1);
});

test('what is taken back is found by nobody, and can be published again', async () => {
  const { listingId } = await change('PUBLISH');
  expect(await change('UNPUBLISH')).toMatchObject({ listingId, listingRevision: '1', status: 'INACTIVE' });
  expect(await listed()).toEqual([]);
  expect(await getListing(listingId)).toMatchObject({ status: 'INACTIVE' });
  expect(await refusal(change('UNPUBLISH'))).toMatchObject({ name: 'ConflictException', status: 409 });
  expect(await change('PUBLISH')).toMatchObject({ listingId, listingRevision: '2', status: 'ACTIVE' });
  expect(await listed()).toHaveLength(1);
});

test('a listing that is deleted leaves its asset, whose next listing is another one', async () => {
  const { listingId = '' } = await change('PUBLISH');
  const remove = () =>
    world.client.send(new DeleteListingCommand({ domainIdentifier: place.domainIdentifier, identifier: listingId }));
  expect((await remove()).$metadata.httpStatusCode).toBe(204);
  expect(await listed()).toEqual([]);
  expect(await refusal(getListing(listingId))).toEqual({
    name: 'ResourceNotFoundException',
    message: "The given Listing doesn't exist. Try creating Listing before accessing it.",
    status: 404,
  });
  expect(await refusal(remove())).toMatchObject({ name: 'ResourceNotFoundException' });
  const again = await change('PUBLISH');
  expect(again.listingRevision).toBe('1');
  expect(again.listingId).not.toBe(listingId);
});

test('the same token publishes once', async () => {
  const first = await change('PUBLISH', { clientToken: 'once' });
  expect(await change('PUBLISH', { clientToken: 'once' })).toMatchObject({
    listingId: first.listingId,
    listingRevision: '1',
  });
  expect(await refusal(change('UNPUBLISH', { clientToken: 'once' }))).toMatchObject({ name: 'ConflictException' });
});

test('what is not there cannot be published', async () => {
  expect(await refusal(change('PUBLISH', { entityIdentifier: 'none' }))).toMatchObject({
    name: 'ResourceNotFoundException',
  });
  expect(await refusal(change('PUBLISH', { entityRevision: '2' }))).toMatchObject({
    name: 'ResourceNotFoundException',
  });
  expect(await refusal(change('UNPUBLISH'))).toMatchObject({ name: 'ConflictException' });
  expect(await refusal(change('PUBLISH', { entityType: 'DATA_PRODUCT' }))).toEqual({
    name: 'ResourceNotFoundException',
    message: "The given DataProduct doesn't exist. Try creating DataProduct before accessing it.",
    status: 404,
  });
});

test('fields that are required for publishing have to be filled by then', async () => {
  const at = { domainIdentifier: place.domainIdentifier, owningProjectIdentifier: place.projectIdentifier };
  const smithy = `structure Cost {
    @amazon.datazone#requiredForCondition(actions: ["PUBLISHING"])
    center: String
    @amazon.datazone#requiredForCondition(actions: ["SUBSCRIPTION"])
    owner: String
  }`;
  await world.client.send(new CreateFormTypeCommand({ ...at, name: 'Cost', model: { smithy } }));
  await world.client.send(
    new CreateAssetTypeCommand({
      ...at,
      name: 'Costly',
      formsInput: { CostForm: { typeIdentifier: 'Cost', typeRevision: '1', required: true } },
    }),
  );
  const make = async (content: string) =>
    world.client.send(
      new CreateAssetCommand({
        ...at,
        name: 'c',
        typeIdentifier: 'Costly',
        formsInput: [{ formName: 'CostForm', content }],
      }),
    );
  const empty = await make('{"center":""}');
  expect(await refusal(change('PUBLISH', { entityIdentifier: empty.id }))).toEqual({
    name: 'ValidationException',
    message: 'The field center of CostForm is required for publishing and is empty.',
    status: 400,
  });
  const filled = await make('{"center":"c1"}');
  expect(await change('PUBLISH', { entityIdentifier: filled.id })).toMatchObject({ status: 'ACTIVE' });
});

test('what runs publish is found as well', async () => {
  await putDatabase(world.state, 'sales', ['customers']);
  const source = await readySource(world, place, { publishOnImport: true });
  const [activity] = await activities(world, place, (await run(world, place, source)).id);
  expect(await listed()).toMatchObject([{ name: 'customers', entityId: activity?.dataAssetId }]);
});
