/**
 * Proof-of-work functions and their constants.
 *
 * <p>To add one: a class that implements {@link io.powerpool.algorithm.Algorithm}, a line in {@link
 * io.powerpool.algorithm.Algorithms}, and real header vectors in the test resources.
 */
package io.powerpool.algorithm;
