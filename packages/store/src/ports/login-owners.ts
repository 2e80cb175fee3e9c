/** Whose a login is that a list of users names: logins can be given up and taken over, ids cannot. */
export interface LoginOwners {
  /**
   * Claims a login for a user; gives the `sub` of whoever claimed it first, for ever. Of two concurrent claims one
   * counts, for both.
   */
  claim(login: string, sub: string): Promise<string>;
}
