/** The package has no types of its own. It writes `QueryLanguage` into the definition it is given, and throws on some malformed ones. */
declare module 'asl-validator' {
  interface Validation {
    readonly isValid: boolean;
    errorsText(separator?: string): string;
  }
  export default function validate(definition: object): Validation;
}
