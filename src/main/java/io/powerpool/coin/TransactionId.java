package io.powerpool.coin;

/** Which hash of a transaction is its id, and so its leaf in the merkle tree. */
public enum TransactionId {
  /** Double SHA-256, as for most coins. */
  SHA256D,
  /** SHA-256 once, as for Groestlcoin and for Blakecoin and its relatives. */
  SHA256
}
