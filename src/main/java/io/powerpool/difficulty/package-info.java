/**
 * Difficulty as a number, its exact conversion to a target, and its automatic adjustment.
 *
 * <p>Plain Java: time is an argument. Start reading at {@link io.powerpool.difficulty.Difficulty}.
 */
package io.powerpool.difficulty;
