package io.powerpool.reporter.redis;

import java.util.OptionalLong;

/**
 * What a server has on its disk. What it has only in memory is gone when it dies, so the journal
 * must not forget that yet.
 *
 * @param durableMillis what was written before this, by the clock of the looks, survives a power
 *     cut; empty if a look tells of nothing more than earlier ones
 * @param savesSoon whether what is written now is on its disk within seconds
 * @param trouble in words, if a person should look
 */
record Persistence(OptionalLong durableMillis, boolean savesSoon, String trouble) {}
