/** A filter, condition or sort that a type of items does not have. */
export class QuestionInvalidError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QuestionInvalidError';
  }
}

/** A value that cannot be one: of a filter, or an id that stands for nothing. */
export class QuestionValueInvalidError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'QuestionValueInvalidError';
  }
}
