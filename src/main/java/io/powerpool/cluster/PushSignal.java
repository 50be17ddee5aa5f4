package io.powerpool.cluster;

import io.powerpool.bitcoin.Hash256;
import java.util.Optional;

/**
 * Somebody outside says that a coin server has a new block.
 *
 * @param way how it was heard: "udp"
 * @param block the new block's id, if it was told
 * @param node where it was heard
 * @param epochMillis when, in milliseconds since 1970 by that node's clock
 */
public record PushSignal(String way, Optional<Hash256> block, String node, long epochMillis) {}
