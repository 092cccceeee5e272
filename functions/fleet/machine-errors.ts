/** How a state machine as a whole can fail, beside the codes of `inventory/error-codes.ts`: the names that operators see in the console
 *  and that alarms and callers match on. `InvalidInput` is also the name of the class that carries it. */
export const machineErrors = [
  /** The input of an execution is wrong. The cause names field, value and expectation. */
  'InvalidInput',
  /** The configuration in force is missing or wrong: publish it again. */
  'InvalidConfiguration',
  /** No account, region or cluster could be scanned. */
  'NothingScanned',
  /** What had to be told could not be delivered by any attempt. */
  'NotificationFailed',
] as const;
