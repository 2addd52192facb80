import type { DataZoneOperations } from '../../wire/generated/datazone.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { acceptPredictions } from './AcceptPredictions.ts';
import { createAsset } from './CreateAsset.ts';
import { createAssetRevision } from './CreateAssetRevision.ts';
import { createAssetType } from './CreateAssetType.ts';
import { createFormType } from './CreateFormType.ts';
import { createListingChangeSet } from './CreateListingChangeSet.ts';
import { deleteAsset } from './DeleteAsset.ts';
import { deleteAssetType } from './DeleteAssetType.ts';
import { deleteFormType } from './DeleteFormType.ts';
import { deleteListing } from './DeleteListing.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { getAsset } from './GetAsset.ts';
import { getAssetType } from './GetAssetType.ts';
import { getFormType } from './GetFormType.ts';
import { getListing } from './GetListing.ts';
import { listAssetRevisions } from './ListAssetRevisions.ts';
import { rejectPredictions } from './RejectPredictions.ts';
import { search } from './Search.ts';
import { searchListings } from './SearchListings.ts';
import { searchTypes } from './SearchTypes.ts';

/** Assets, their types, listings, and the searches over them. */
export function catalogueOperations(deps: DataZoneDeps): Handlers<DataZoneOperations> {
  return {
    AcceptPredictions: acceptPredictions(deps),
    CreateAsset: createAsset(deps),
    CreateAssetRevision: createAssetRevision(deps),
    CreateAssetType: createAssetType(deps),
    CreateFormType: createFormType(deps),
    CreateListingChangeSet: createListingChangeSet(deps),
    DeleteAsset: deleteAsset(deps),
    DeleteAssetType: deleteAssetType(deps),
    DeleteFormType: deleteFormType(deps),
    DeleteListing: deleteListing(deps),
    GetAsset: getAsset(deps),
    GetAssetType: getAssetType(deps),
    GetFormType: getFormType(deps),
    GetListing: getListing(deps),
    ListAssetRevisions: listAssetRevisions(deps),
    RejectPredictions: rejectPredictions(deps),
    Search: search(deps),
    SearchListings: searchListings(deps),
    SearchTypes: searchTypes(deps),
  };
}
