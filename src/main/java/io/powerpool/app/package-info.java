/**
 * Launches PowerPool: the command line, the configuration file, and the verticles in their order.
 *
 * <p>Knows every other package and is known by none. Start reading at {@link
 * io.powerpool.app.Main}; what a configuration may hold is in {@link io.powerpool.app.PoolConfig},
 * and how the all-in-one starts and stops is in {@link io.powerpool.app.MainVerticle}.
 */
package io.powerpool.app;
