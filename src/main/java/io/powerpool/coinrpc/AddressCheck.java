package io.powerpool.coinrpc;

import java.util.Optional;

/**
 * A server's judgement of an address, from {@code validateaddress}.
 *
 * @param scriptHex the script that it stands for; old servers do not tell
 */
public record AddressCheck(boolean valid, Optional<String> scriptHex) {}
