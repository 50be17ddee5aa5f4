/**
 * Carries what happened to those who keep accounts: the embedded ledger, message queues, databases.
 *
 * <p>Where shares are judged they are written to the {@link io.powerpool.reporter.journal journal}
 * first; from there each reporter is served from its own position, and one that is down delays no
 * other. To add a reporter: a package with a class that implements {@code Reporter} and a line in
 * {@code Reporters}.
 */
package io.powerpool.reporter;
