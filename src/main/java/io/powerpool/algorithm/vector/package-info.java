/**
 * Hash functions of several headers at once, by the JDK's incubating Vector API. Nothing outside
 * refers to these classes but by name, since the module may be absent: see {@code VectorModule}.
 *
 * <p>On JDK 17 the compiler may give up keeping vectors in registers where more than eight are
 * alive at once, and then makes objects of them, fifty times slower. So methods are small, and take
 * their vectors from arrays and put them back. No method of ours takes or returns a vector: one
 * that is not compiled into its caller would need an object for it. {@code Batched} measures every
 * kernel before it relies on it.
 */
package io.powerpool.algorithm.vector;
