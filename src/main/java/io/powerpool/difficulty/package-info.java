/**
 * Difficulty as a number, its exact conversion to a target, and its automatic adjustment.
 *
 * <p>Plain Java: time is an argument. Start reading at {@link io.powerpool.difficulty.Difficulty},
 * then {@link io.powerpool.difficulty.Vardiff}; what an operator can set is in {@link
 * io.powerpool.difficulty.DifficultyOptions}.
 */
package io.powerpool.difficulty;
