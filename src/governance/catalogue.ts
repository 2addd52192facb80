import { Assets } from './assets/assets.ts';
import type { GovernancePorts } from './containers/domains.ts';
import { Listings } from './listings/listings.ts';
import { Search } from './search/search.ts';
import { AssetTypes } from './types/asset-types.ts';
import { FormTypes } from './types/form-types.ts';
import { TypeSearch } from './types/search-types.ts';

/** What is known in a domain, and how it is found. */
export interface Catalogue {
  readonly assets: Assets;
  readonly assetTypes: AssetTypes;
  readonly formTypes: FormTypes;
  readonly typeSearch: TypeSearch;
  readonly listings: Listings;
  readonly search: Search;
}

export function createCatalogue(ports: GovernancePorts): Catalogue {
  return {
    assets: new Assets(ports),
    assetTypes: new AssetTypes(ports),
    formTypes: new FormTypes(ports),
    typeSearch: new TypeSearch(ports),
    listings: new Listings(ports),
    search: new Search(ports),
  };
}
