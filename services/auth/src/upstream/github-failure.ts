/** GitHub refused, did not answer in time, or answered something odd. */
export class GitHubFailure extends Error {
  override readonly name = "GitHubFailure";
}
