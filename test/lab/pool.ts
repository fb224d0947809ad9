/** Runs at most `size` jobs at a time, in the order asked for. */
export function poolOf(size: number): <T>(job: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (job) => {
    if (running === size) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await job();
    } finally {
      const next = waiting.shift();
      // The place goes on to the next in line.
      if (next) next();
      else running -= 1;
    }
  };
}
