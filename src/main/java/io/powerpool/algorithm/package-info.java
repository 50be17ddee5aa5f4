/**
 * Proof-of-work functions and their constants.
 *
 * <p>To add one: a line in {@link io.powerpool.algorithm.Algorithms}, of the hash functions in
 * {@link io.powerpool.algorithm.digest} that it is a chain of or of a class that implements {@link
 * io.powerpool.algorithm.Algorithm}, and real header vectors in the test resources.
 */
package io.powerpool.algorithm;
