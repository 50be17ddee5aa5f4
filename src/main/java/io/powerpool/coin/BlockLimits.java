package io.powerpool.coin;

/**
 * What a node says about how large a block may be (BIP 22, 23, 145); 0 for what it does not say.
 *
 * @param weight in weight units ({@code weightlimit})
 * @param size in bytes, witness data included ({@code sizelimit})
 * @param sigops signature operations, counted as the template's transactions count them ({@code
 *     sigoplimit})
 * @param parentsFirst whether every transaction depends only on such as stand before it, so that
 *     the last ones can be left out
 */
public record BlockLimits(long weight, long size, long sigops, boolean parentsFirst) {

  /** Nothing is known. */
  public static final BlockLimits NONE = new BlockLimits(0, 0, 0, false);
}
