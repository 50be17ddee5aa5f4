/**
 * Hashing for proof-of-work functions that are too slow for an event loop.
 *
 * <p>Knows {@code algorithm} and the JDK's threads, and no Vert.x: a caller gives the executor on
 * which it wants its answer. Start reading at {@link io.powerpool.compute.ComputePool}.
 */
package io.powerpool.compute;
