/**
 * Speaks JSON-RPC to coin servers (the daemons of a coin) and survives a dead one.
 *
 * <p>{@link io.powerpool.coinrpc.CoinRpc} is what one server can be asked, {@link
 * io.powerpool.coinrpc.HttpCoinRpc} asks it over HTTP, and {@link io.powerpool.coinrpc.CoinServers}
 * knows which of several servers is alive and which is preferred. JSON ends here: replies are
 * records. Everything runs on the event loop of its owner; large replies are parsed off it.
 */
package io.powerpool.coinrpc;
