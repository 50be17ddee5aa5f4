/**
 * Values on the Bitcoin wire: hashes, targets, headers, merkle branches, scripts and addresses.
 *
 * <p>Plain Java with no I/O and no clock. Every type says its byte order. Two orders are in use:
 * <em>internal</em> order is how a hash leaves the hash function and sits in a header,
 * <em>display</em> order is the reversed form that nodes print. Start reading at {@link
 * io.powerpool.bitcoin.Hash256}.
 */
package io.powerpool.bitcoin;
