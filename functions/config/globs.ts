/** The globs of greenlight.yaml: `*` (any characters, none included), `?` (one character), `{a,b}` (one of several, also nested or empty) and
 *  `[ab]` (one of these characters; ranges `[0-9]` and `[!a]` as in POSIX). They run over names, not paths: `/` and a leading `.` are
 *  characters like any other, `**` is the same as `*`, `!(…)` and `\` have no meaning. What is not balanced, and braces without a comma, is literal.
 *
 *  Own code, because the glob libraries are made for paths and cannot be told all of this; and not a RegExp, because `*a*a*a*` backtracks
 *  there: here all positions that a part of the pattern can reach are followed at once, which takes at most pattern × text steps. */
export function matchesGlob(pattern: string, text: string): boolean {
  if (!isGlob(pattern)) return pattern === text;
  const characters = Array.from(text);
  return reach(parse(pattern), characters, [0]).includes(characters.length);
}

/** Whether a pattern is more than a literal name. */
export function isGlob(pattern: string): boolean {
  return /[*?{[]/.test(pattern);
}

type Part =
  | { readonly kind: 'any' }
  | { readonly kind: 'one'; matches(character: string): boolean }
  | { readonly kind: 'choice'; readonly branches: readonly (readonly Part[])[] };

type Token = Part | { readonly kind: 'punctuation'; readonly character: '{' | ',' | '}' };

/** The positions in the text, ascending, at which the parts can end when they start at one of the given positions. */
function reach(parts: readonly Part[], text: readonly string[], starts: readonly number[]): readonly number[] {
  return parts.reduce((positions, part) => (positions.length === 0 ? positions : step(part, text, positions)), starts);
}

function step(part: Part, text: readonly string[], positions: readonly number[]): readonly number[] {
  switch (part.kind) {
    case 'any': {
      const first = positions[0] ?? 0;
      return Array.from({ length: text.length - first + 1 }, (_, index) => first + index);
    }
    case 'one':
      return positions.flatMap((position) => {
        const character = text[position];
        return character !== undefined && part.matches(character) ? [position + 1] : [];
      });
    case 'choice': {
      const ends = new Set(part.branches.flatMap((branch) => reach(branch, text, positions)));
      return [...ends].sort((a, b) => a - b);
    }
  }
}

function parse(pattern: string): readonly Part[] {
  const tokens = tokenize(Array.from(pattern));
  return sequence(tokens, balancedBraces(tokens), 0, tokens.length);
}

function literal(character: string): Part {
  return { kind: 'one', matches: (other) => other === character };
}

function tokenize(pattern: readonly string[]): readonly Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < pattern.length; index++) {
    const character = pattern[index] ?? '';
    const close = character === '[' ? closingBracket(pattern, index) : -1;
    if (character === '*') tokens.push({ kind: 'any' });
    else if (character === '?') tokens.push({ kind: 'one', matches: () => true });
    else if (character === '{' || character === ',' || character === '}') tokens.push({ kind: 'punctuation', character });
    else if (close > 0) tokens.push(characterClass(pattern.slice(index + 1, close)));
    else tokens.push(literal(character));
    if (close > 0) index = close;
  }
  return tokens;
}

/** Position of the `]` that closes the class opened at a position; one directly after the opening is a member. -1 when there is none. */
function closingBracket(pattern: readonly string[], open: number): number {
  return pattern.indexOf(']', open + (pattern[open + 1] === '!' ? 3 : 2));
}

function characterClass(members: readonly string[]): Part {
  const negated = members[0] === '!';
  const ranges: [string, string][] = [];
  for (let index = negated ? 1 : 0; index < members.length; index++) {
    const from = members[index] ?? '';
    const to = members[index + 1] === '-' ? members[index + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) index += 2;
  }
  return { kind: 'one', matches: (character) => ranges.some(([from, to]) => from <= character && character <= to) !== negated };
}

/** Each opening brace that has a closing one and a comma of its own → the positions of its commas and of its closing brace. */
function balancedBraces(tokens: readonly Token[]): ReadonlyMap<number, readonly number[]> {
  const balanced = new Map<number, readonly number[]>();
  const open: { readonly start: number; readonly marks: number[] }[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'punctuation') continue;
    if (token.character === '{') open.push({ start: index, marks: [] });
    else open.at(-1)?.marks.push(index);
    if (token.character !== '}') continue;
    const group = open.pop();
    if (group !== undefined && group.marks.length > 1) balanced.set(group.start, group.marks);
  }
  return balanced;
}

function sequence(tokens: readonly Token[], braces: ReadonlyMap<number, readonly number[]>, from: number, to: number): readonly Part[] {
  const parts: Part[] = [];
  for (let index = from; index < to; index++) {
    const token = tokens[index];
    if (token === undefined) continue;
    const marks = braces.get(index);
    if (token.kind !== 'punctuation') parts.push(token);
    else if (marks === undefined) parts.push(literal(token.character));
    else {
      const starts = [index, ...marks];
      parts.push({ kind: 'choice', branches: marks.map((end, branch) => sequence(tokens, braces, (starts[branch] ?? index) + 1, end)) });
      index = marks.at(-1) ?? index;
    }
  }
  return parts;
}
