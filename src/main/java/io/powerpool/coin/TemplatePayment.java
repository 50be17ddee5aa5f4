package io.powerpool.coin;

/**
 * An output that the coinbase must have beside those of the pool: a masternode, a budget, a fund.
 *
 * @param field where it stands in the template, for error messages: {@code masternode[0]}
 * @param script the scriptPubKey that is paid; not copied, never changed
 * @param amount in the smallest unit
 * @param beside whether the amount comes on top of {@code coinbasevalue} instead of out of it
 */
public record TemplatePayment(String field, byte[] script, long amount, boolean beside) {}
