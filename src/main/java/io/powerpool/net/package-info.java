/**
 * How connections are let in, whatever they speak: where they really come from when they come by a
 * balancer, and how many there may be from one address.
 *
 * <p>Start reading at {@link io.powerpool.net.ProxyHeader}.
 */
package io.powerpool.net;
