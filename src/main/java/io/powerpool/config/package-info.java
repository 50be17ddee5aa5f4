/**
 * Reads configuration: a mapping of keys becomes checked values, and everything wrong with it is
 * told at once.
 *
 * <p>Each owner of options has a record with a static {@code from(Section)}; {@link
 * io.powerpool.config.Section} knows which keys were asked for, so a misspelt key is a fault too.
 * Plain Java: no Vert.x, no files, no YAML. Start reading at {@link io.powerpool.config.Section}.
 */
package io.powerpool.config;
