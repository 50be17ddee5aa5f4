/**
 * The load generator: many connections that behave like mining hardware which finds shares without
 * effort, and the clock on everything the pool does for them.
 *
 * <p>It is a process of its own, so that its processor time is told apart from the pool's. The pool
 * has to hand out a difficulty at which every hash is a share; then nothing needs mining, and a
 * share costs the generator some copied bytes. Event loops and byte arrays only: whatever it burns,
 * the pool on the same machine lacks. Start reading at {@link
 * io.powerpool.miner.bench.LoadGenerator}.
 */
package io.powerpool.miner.bench;
