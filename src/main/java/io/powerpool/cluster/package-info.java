/**
 * Where the verticles meet: every message that crosses the event bus, its address, its encoding and
 * what happens when it is lost.
 *
 * <p>Start reading at {@link io.powerpool.cluster.Topics}. Codecs are written by hand and begin
 * with a version byte, so that two adjacent versions can share a cluster.
 */
package io.powerpool.cluster;
