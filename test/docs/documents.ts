import { globSync, readFileSync } from 'node:fs';

export interface MarkdownDocument {
  readonly path: string;
  readonly text: string;
  /** Without code, for what is read and not typed. */
  readonly prose: string;
  /** Lines of fenced blocks without a language: what a reader types. Continued lines are joined. */
  readonly typed: readonly string[];
}

/** Every document of the repository. */
export const documents: readonly MarkdownDocument[] = ['*.md', 'docs/**/*.md', 'test/**/*.md', 'functions/**/*.md']
  .flatMap((pattern) => globSync(pattern))
  .sort()
  .map((path) => {
    const text = readFileSync(path, 'utf8');
    const fences = /^ *```(\w*)\n(.*?)^ *```$/gms;
    const blocks = [...text.matchAll(fences)].filter(([, language]) => language === '').map(([, , block = '']) => block);
    const typed = blocks.flatMap((block) => block.replaceAll(/\\\n\s*/g, ' ').split('\n')).map((line) => line.trim());
    return { path, text, prose: text.replaceAll(fences, ''), typed: typed.filter((line) => line !== '') };
  });
