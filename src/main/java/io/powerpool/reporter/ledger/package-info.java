/**
 * The reporter that needs nothing installed: an embedded SQL database with sums by minute, blocks
 * and workers.
 *
 * <p>Start reading at {@link io.powerpool.reporter.ledger.LedgerReporter}; the tables are in {@link
 * io.powerpool.reporter.ledger.LedgerSchema}. A journal's position is stored in the transaction
 * that stores its entries, so every share counts exactly once.
 */
package io.powerpool.reporter.ledger;
