import type { Environment } from '../environment.ts';

/** Standard output for the report alone; everything else goes to standard error. */
export interface Terminal {
  readonly environment: Environment;
  print(text: string): Promise<void>;
  /** A note for people; nothing that a program should read. */
  note(text: string): void;
  problem(text: string): void;
  /** One line that is overwritten by the next; empty text removes it. Nothing on what is no terminal. */
  progress(text: string): void;
}

/** Control characters that an inventory, a file or an answer may hold would move the cursor or change colours. */
function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\uFFFD');
}

/** A reader that went away, such as `head`, is no failure. */
function isClosedPipe(error: Error): boolean {
  return 'code' in error && error.code === 'EPIPE';
}

export function openTerminal(environment: Environment): Terminal {
  let showing = false;
  const clear = () => {
    if (showing) process.stderr.write('\r\u001b[2K');
    showing = false;
  };
  const line = (text: string) => {
    clear();
    process.stderr.write(`${harmless(text)}\n`);
  };
  // Node also raises what the write below hears of; unheard it would end the process.
  process.stdout.on('error', (error) => {
    if (!isClosedPipe(error)) throw error;
  });
  return {
    environment,
    print: (text) =>
      new Promise((resolve, reject) => {
        clear();
        process.stdout.write(text, (error) => (error && !isClosedPipe(error) ? reject(error) : resolve()));
      }),
    note: line,
    problem: (text) => line(`greenlight: ${text}`),
    progress: (text) => {
      if (!environment.interactive) return;
      clear();
      if (text === '') return;
      process.stderr.write(harmless(text).slice(0, environment.columns - 1));
      showing = true;
    },
  };
}
