package io.powerpool.app;

import io.powerpool.compute.ComputePool;
import io.powerpool.config.Section;

/**
 * The threads for slow proof-of-work functions.
 *
 * @param threads 1 or more
 * @param queueLimit how many headers may wait; beyond that shares are answered with an error
 */
record ComputeOptions(int threads, int queueLimit) {

  /** Reads the section {@code compute}; no threads stand for all cores but one. */
  static ComputeOptions from(Section section) {
    int threads = section.integer("threads", 0, 0, 1024);
    return new ComputeOptions(
        threads == 0 ? ComputePool.defaultThreads() : threads,
        section.integer("queue_limit", 8192, 1, 1 << 20));
  }
}
