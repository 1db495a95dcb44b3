/** A request that is answered with an error: its status and a sentence for a person. */
export class Refusal extends Error {
  override readonly name: string = 'Refusal';
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}
