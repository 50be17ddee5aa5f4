/**
 * Carries what happened to those who keep accounts: the embedded ledger, message queues, databases.
 *
 * <p>Where shares are judged they are written to the {@link io.powerpool.reporter.journal journal}
 * first; from there each reporter is served from its own position, and one that is down delays no
 * other. What all of them need is done for them: {@code JournalShipper} reads and sends again,
 * {@code ServedReporter} applies the {@code ShareFilter}, tells the status and tries again what
 * does not start, in a verticle of its own for each.
 *
 * <p>To add a reporter: a package below this one with a record that implements {@code
 * ReporterOptions} (its settings and how it is made) and a class that implements {@code Reporter},
 * a type and a line in {@code Reporters}. Whoever can store a position with the data (a database, a
 * script of Redis) follows {@code ledger}; whoever cannot (a queue) follows {@code celery}, with a
 * {@code PositionFile}.
 */
package io.powerpool.reporter;
