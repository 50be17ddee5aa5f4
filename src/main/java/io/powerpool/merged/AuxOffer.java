package io.powerpool.merged;

/**
 * The present work of a configured auxiliary chain.
 *
 * @param currency the coin's key
 * @param difficulty of the chain, as statistics have it
 * @param reported whether its blocks are told to the reporters
 */
public record AuxOffer(String currency, AuxWork work, double difficulty, boolean reported) {}
