/**
 * A fetch that is not done, or came to nothing: the message is for the caller, and says what to do instead. It is also
 * logged, so that of a URL no more stands in it than its origin.
 */
export class FetchRefused extends Error {
  override readonly name = "FetchRefused";
}
