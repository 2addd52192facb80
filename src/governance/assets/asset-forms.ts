/** A form as assets carry it: its content is JSON text. */
export interface AssetForm {
  readonly formName: string;
  readonly typeName: string;
  readonly typeRevision: string;
  readonly content: string;
}

export const FORM_CONTENT_CHARACTERS_MAX = 300_000;
