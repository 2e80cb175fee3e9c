/** A provider that people sign in at refused us, did not answer in time, or answered something odd. */
export class UpstreamFailure extends Error {
  override readonly name = "UpstreamFailure";
  /** It may be over in a moment; false: only the operator can mend it. */
  readonly isPassing: boolean;

  constructor(message: string, { isPassing = true, ...options }: ErrorOptions & { isPassing?: boolean } = {}) {
    super(message, options);
    this.isPassing = isPassing;
  }
}

/** The provider sent the browser back with an error in place of a code (RFC 6749 4.1.2.1). */
export class UpstreamRefusal extends Error {
  override readonly name = "UpstreamRefusal";
  /** The code; for the log, since a link could put anything there. */
  readonly error: string;

  constructor(error: string) {
    super(`the answer is the error ${error.slice(0, 100)}`);
    this.error = error;
  }
}
