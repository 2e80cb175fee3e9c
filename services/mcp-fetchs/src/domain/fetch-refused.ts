/** A fetch that is not done, or came to nothing: the message is for the caller, and says what to do instead. */
export class FetchRefused extends Error {
  override readonly name = "FetchRefused";
}
