/** The enrolment token is not ours. */
export class EnrolmentRefusedError extends Error {
  constructor() {
    super('The enrollment token is not valid. Print the current one with: periplus enrollment-token');
    this.name = 'EnrolmentRefusedError';
  }
}
