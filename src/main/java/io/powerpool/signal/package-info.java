/**
 * Hears over UDP that a coin server has a new block, and passes it on. Start reading at {@link
 * io.powerpool.signal.SignalVerticle}; what a datagram looks like is said in {@link
 * io.powerpool.signal.Datagram}.
 */
package io.powerpool.signal;
