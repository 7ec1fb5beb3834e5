/** Waiting with an end to it. */

/** What a promise gives, or undefined when it does not within so many milliseconds. */
export async function within<Result>(
  ms: number,
  promise: Promise<Result>,
): Promise<Result | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
