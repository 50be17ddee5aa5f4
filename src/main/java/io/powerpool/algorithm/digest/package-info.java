/**
 * The hash functions that proof-of-work functions are made of, each for the few input lengths that
 * mining needs: a header of 80 bytes, or the 32 or 64 bytes that another one has left.
 *
 * <p>HotSpot never compiles a method of more than 8,000 bytecodes, and compiles a large one badly.
 * So a round is a small method on arrays that belong to the object, called with constant indices:
 * the compiler puts it into its callers, where the loads between two rounds fall away. A test holds
 * every method to the limit.
 */
package io.powerpool.algorithm.digest;
