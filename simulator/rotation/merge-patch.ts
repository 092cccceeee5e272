type Fields = Readonly<Record<string, unknown>>;

/** JSON merge patch: fields are merged, null takes away, a list is replaced as a whole.
 *  @see https://www.rfc-editor.org/rfc/rfc7386 */
export function mergePatch(target: unknown, patch: Fields): Record<string, unknown> {
  const merged: Record<string, unknown> = isFields(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = isFields(value) ? mergePatch(merged[key], value) : value;
  }
  return merged;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
