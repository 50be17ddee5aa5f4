package io.powerpool.coin;

/** Which hash of the header is the block's id. */
public enum BlockId {
  /** Double SHA-256, as for most coins. */
  SHA256D,
  /** The proof-of-work hash itself, as for Dash and other X11 coins. */
  POW
}
