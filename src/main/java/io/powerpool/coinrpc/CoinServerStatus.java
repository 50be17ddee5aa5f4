package io.powerpool.coinrpc;

/**
 * What is known of one coin server, for people to look at.
 *
 * @param latencyMillis of the last call that was answered, 0 if none was
 * @param height of its chain as it last told, -1 if it never did
 * @param lastError empty if there was none
 * @param lastErrorMillis when, in milliseconds since 1970; 0 if there was none
 * @param sinceMillis since when it is live or down, in milliseconds since 1970
 */
public record CoinServerStatus(
    String name,
    int priority,
    ServerState state,
    double latencyMillis,
    int height,
    String lastError,
    long lastErrorMillis,
    long sinceMillis) {}
