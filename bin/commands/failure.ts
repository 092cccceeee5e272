/** Something that keeps a command from doing its work; its message is all that a person sees: what, where, and what to do. Exit code 1. */
export class CommandFailure extends Error {
  override readonly name = 'CommandFailure';
}
