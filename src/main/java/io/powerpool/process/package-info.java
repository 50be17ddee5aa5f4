/**
 * What a process needs of its operating system and the library does not give: {@link
 * io.powerpool.process.PosixSignals}, {@link io.powerpool.process.DurableFile}. Knows nobody.
 */
package io.powerpool.process;
