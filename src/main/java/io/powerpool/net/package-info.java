/**
 * How connections are let in, whatever they speak: where they really come from when they come by a
 * balancer, and how many there may be, in all and from one address.
 *
 * <p>Start reading at {@link io.powerpool.net.Admission}.
 */
package io.powerpool.net;
