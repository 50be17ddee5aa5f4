/**
 * Serves miners: accepts connections, cuts lines, hands out jobs, keeps the limits.
 *
 * <p>Start reading at {@link io.powerpool.stratum.StratumVerticle}. What the lines mean is in
 * {@code v1}; the rules of mining are in {@code share}. A connection belongs to one event loop;
 * what the event loops of a node share is in {@link io.powerpool.stratum.StratumNode}.
 */
package io.powerpool.stratum;
