/** Whether something that is measured again and again goes up, or only up and down. */

/** What came of some measurements. */
export interface Trend {
  readonly mean: number;
  /** By how much it went up from the first to the last, on the straight line that fits best. */
  readonly growth: number;
  /** By how much it may seem to go up by chance. */
  readonly noise: number;
}

/** How many standard errors of the slope are still chance. */
const ERRORS = 3;
/** A smaller part of the mean than this is of no interest, however sure it is. */
const RELEVANT = 0.05;

/** The trend of measurements that were taken at equal distances: three or more. */
export function trendOf(values: readonly number[]): Trend {
  const count = values.length;
  const mean = average(values);
  const middle = (count - 1) / 2;
  const spread = sum(values.map((_, index) => (index - middle) ** 2));
  const slope = sum(values.map((value, index) => (index - middle) * (value - mean))) / spread;
  const errors = values.map((value, index) => value - mean - slope * (index - middle));
  const slopeError = Math.sqrt(sum(errors.map((error) => error ** 2)) / (count - 2) / spread);
  return {
    mean,
    growth: slope * (count - 1),
    noise: Math.max(ERRORS * slopeError * (count - 1), RELEVANT * mean),
  };
}

/** The value that a part of all values is below: 0.5 is the median. */
export function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

function average(values: readonly number[]): number {
  return sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
