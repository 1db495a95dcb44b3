/**
 * What was asked for could not be done, in a sentence for a person: what could not be done, what was found, what to do.
 * Anything else that is thrown is a bug of ours.
 */
export class Failure extends Error {
  override readonly name: string = 'Failure';
}
