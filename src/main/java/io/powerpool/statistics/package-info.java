/**
 * Counters and hash rates over the last minute, ten minutes and hour.
 *
 * <p>Plain Java with no I/O and no clock: the caller passes monotonic nanoseconds (an arbitrary
 * origin, as {@link java.lang.System#nanoTime} gives them). Every object belongs to one thread,
 * which both counts and reads; adding allocates nothing. Names and meanings follow the original
 * PowerPool, because front ends read them. Start reading at {@link
 * io.powerpool.statistics.Counters}.
 */
package io.powerpool.statistics;
