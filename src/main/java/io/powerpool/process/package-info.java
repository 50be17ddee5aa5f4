/**
 * What the operating system tells this process: {@link io.powerpool.process.PosixSignals}. Knows
 * nobody.
 */
package io.powerpool.process;
