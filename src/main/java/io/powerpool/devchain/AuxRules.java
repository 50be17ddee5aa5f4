package io.powerpool.devchain;

/**
 * What makes a chain one that can be mined together with another. Merged mining is allowed from the
 * first block on, and blocks of the time before are not known here.
 *
 * @param chainId the chain's own
 * @param strict whether a block, and no parent of one, must have the chain's id in its version
 * @param refusesFlaggedParent whether the parent must not itself be merged-mined, which Namecoin
 *     demands
 */
public record AuxRules(int chainId, boolean strict, boolean refusesFlaggedParent) {

  public AuxRules {
    if (chainId < 1 || chainId > 0xffff) {
      throw new IllegalArgumentException("a chain id is 1 to 65535, was " + chainId);
    }
  }

  /** Dogecoin's main chain, chainparams.cpp. */
  public static final AuxRules DOGECOIN = new AuxRules(98, true, false);

  /** Namecoin's main chain. */
  public static final AuxRules NAMECOIN = new AuxRules(1, true, true);

  /** Dogecoin's rules for a chain of this id. */
  public static AuxRules ofChain(int chainId) {
    return new AuxRules(chainId, true, false);
  }

  /** The version of a block that is mined alone. */
  int version() {
    return chainId << 16 | BlockRules.LOWEST_VERSION;
  }

  /** The version of a block that another chain's work stands for. */
  int mergedVersion() {
    return version() | AuxPowCheck.MERGED_FLAG;
  }
}
