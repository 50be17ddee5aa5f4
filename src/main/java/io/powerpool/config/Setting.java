package io.powerpool.config;

import java.util.Optional;

/**
 * One value that somebody asked a {@link Section} for.
 *
 * @param path where it stands, like {@code stratum.ports[0].port}
 * @param value what is in effect: a text, number, flag, list or {@link Secret}; empty if there is
 *     none
 * @param fallback what would be in effect if nothing were given; empty for what has no default
 * @param given whether the configuration says so, rather than the default
 */
public record Setting(
    String path, Optional<Object> value, Optional<Object> fallback, boolean given) {}
