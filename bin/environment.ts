/** The only place of the command line that reads the process environment. */
export interface Environment {
  readonly columns: number;
  /** Colour on standard output, as NO_COLOR, FORCE_COLOR and the terminal say. */
  readonly color: boolean;
  /** Whether standard error is a terminal that can show a progress line. */
  readonly interactive: boolean;
  readonly region: string | undefined;
  readonly user: string;
}

const narrowest = 60;
const plainWidth = 120;

export function readEnvironment(): Environment {
  const { NO_COLOR, FORCE_COLOR, AWS_REGION, AWS_DEFAULT_REGION, USER, TERM } = process.env;
  const forced = FORCE_COLOR !== undefined && FORCE_COLOR !== '0' && FORCE_COLOR !== '';
  const allowed = (NO_COLOR === undefined || NO_COLOR === '') && TERM !== 'dumb';
  return {
    columns: Math.max(narrowest, process.stdout.columns ?? plainWidth),
    color: forced || (allowed && process.stdout.isTTY === true),
    interactive: process.stderr.isTTY === true && TERM !== 'dumb',
    region: AWS_REGION || AWS_DEFAULT_REGION,
    user: USER || 'unknown',
  };
}
