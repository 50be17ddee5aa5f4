/**
 * Writes the keys of Redis that PowerPool's Redis reporter wrote, which SimpleCoin Multi reads.
 * Start reading at {@link io.powerpool.reporter.redis.RedisReporter}.
 */
package io.powerpool.reporter.redis;
