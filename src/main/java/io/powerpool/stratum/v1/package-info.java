/**
 * Stratum version 1: newline-delimited JSON. The reader turns bytes into calls, the session
 * decides, the writer turns calls into bytes; none of the three knows sockets.
 *
 * <p>To add a method: a case in {@link io.powerpool.stratum.v1.StratumV1Reader}, a method in {@link
 * io.powerpool.stratum.v1.StratumV1Requests}; the compiler then points at the session.
 */
package io.powerpool.stratum.v1;
