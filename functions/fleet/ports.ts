/** One account as AWS Organizations lists it. */
export interface OrganizationAccount {
  readonly id: string;
  readonly name: string;
  /** ACTIVE, SUSPENDED, PENDING_CLOSURE, … */
  readonly state: string;
}

/** What discovering the accounts of an organization asks for. Throws a `CollectionError`. */
export interface OrganizationPort {
  /** Accounts anywhere below these units or roots; of the whole organization for none. */
  listAccounts(organizationalUnits: readonly string[]): Promise<readonly OrganizationAccount[]>;
}
