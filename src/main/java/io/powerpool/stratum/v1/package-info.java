/**
 * Stratum version 1: newline-delimited JSON. The reader turns bytes into calls, the answers decide
 * what each comes to, the session holds what is known of one miner, the writer turns calls into
 * bytes; none of the four knows sockets. What there is once per connection is small; all else is
 * there once per port and event loop, in {@link io.powerpool.stratum.v1.StratumV1Service}.
 *
 * <p>To add a method: a case in {@link io.powerpool.stratum.v1.StratumV1Reader}, a method in {@link
 * io.powerpool.stratum.v1.StratumV1Requests}; the compiler then points at {@link
 * io.powerpool.stratum.v1.StratumV1Answers}.
 */
package io.powerpool.stratum.v1;
